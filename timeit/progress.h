/*
** A line on the terminal that says how far a long measurement is. It comes after a second, from a thread
** of its own, since the measured code may run for long; that thread sleeps but for some microseconds
** every half second. One at a time in a process.
*/
#ifndef XDB_TIMEIT_PROGRESS_H
#define XDB_TIMEIT_PROGRESS_H

/* Begins, with output to the file `fd`. Where there is no thread to be had there is no progress. */
void progress_start(int fd);
/* What is being done; printf's words. Costs a mutex. */
void progress_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends and removes the line; also at exit, which the measured code may call. May be called when off. */
void progress_stop(void);

#endif
