@echo off
rem hagukumi.cmd start : runs it.  hagukumi.cmd --help : lists the commands.
setlocal
if not defined INIT_CWD set "INIT_CWD=%CD%"
set "HERE=%~dp0"
if defined HAGUKUMI_HOME (cd /d "%HAGUKUMI_HOME%") else (cd /d "%HERE%")
if "%~1"=="start" (
  "%HERE%runtime\node.exe" --disable-warning=ExperimentalWarning "%HERE%src\start.cjs"
) else if "%~1"=="manifest:teams" (
  "%HERE%runtime\node.exe" "%HERE%manifests\write-teams.ts" %2 %3 %4 %5 %6 %7 %8 %9
) else (
  "%HERE%runtime\node.exe" --disable-warning=ExperimentalWarning "%HERE%src\start.cjs" cli %*
)
exit /b %ERRORLEVEL%
