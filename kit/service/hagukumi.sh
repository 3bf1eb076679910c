#!/bin/sh
# /usr/local/bin/hagukumi: commands as the service's own user, with its settings. "sudo hagukumi doctor"
exec runuser -u hagukumi -- env HAGUKUMI_HOME=/etc/hagukumi HAGUKUMI_DATA=/var/lib/hagukumi \
  INIT_CWD="$PWD" /opt/hagukumi/current/hagukumi "$@"
