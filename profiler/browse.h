/*
** The statistics browser: a prompt to look at profiles with. It sits on cli/cmd as the debugger does; the work
** is done by the statistics.
*/
#ifndef XDB_PROFILER_BROWSE_H
#define XDB_PROFILER_BROWSE_H

/* Reads commands from stdin until `quit`; the files are loaded first. Returns the exit status. */
int browse_files(int n, char **files);

#endif
