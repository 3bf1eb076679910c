// PGlite's file system with two things mended: it never flushes to the disk (emscripten's NODEFS has no fsync, and
// PGlite starts PostgreSQL with -F), and it makes files that others on the machine can read.
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { NodeFS } from '@electric-sql/pglite/nodefs'

type Stream = { nfd?: number; node: unknown }
type NodeFsModule = {
  NODEFS: {
    realPath(node: unknown): string
    node_ops: {
      mknod(parent: unknown, name: string, mode: number, device: number): unknown
      setattr(node: unknown, attributes: { mode?: number }): void
    }
    stream_ops: { fsync?: (stream: Stream) => number }
  }
}

/** The permissions of group and world. */
const others = 0o077

const fsyncFolder = (folder: string) => {
  if (process.platform === 'win32') return // Windows has no such thing
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export class DurableFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const ready = await super.init(...args)
    const mend = (module: unknown) => {
      const { NODEFS } = module as NodeFsModule
      NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined) fsyncSync(stream.nfd)
        else fsyncFolder(NODEFS.realPath(stream.node))
        return 0
      }
      const { mknod, setattr } = NODEFS.node_ops
      NODEFS.node_ops.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~others, device)
      NODEFS.node_ops.setattr = (node, attributes) => {
        const { mode } = attributes
        setattr(node, typeof mode === 'number' ? { ...attributes, mode: mode & ~others } : attributes)
      }
    }
    ready.emscriptenOpts.preRun = [...(ready.emscriptenOpts.preRun ?? []), mend]
    return ready
  }
}
