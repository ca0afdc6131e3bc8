/*
** What went wrong, as text: the small struct that carries a message from the place that knows it to
** the place that shows it. The library never prints.
*/
#ifndef XDB_CORE_ERROR_H
#define XDB_CORE_ERROR_H

#define XDB_ERROR_SIZE 512

/* Codes are negative; 0 is success. The text says what, where and what to do, without a newline. */
enum xdb_code {
    XDB_OK = 0,
    XDB_EINVAL = -1, /* the caller's argument makes no sense */
    XDB_ENOENT = -2, /* no such file, function, line, number */
    XDB_ENOMEM = -3, /* out of memory */
    XDB_EIO = -4,    /* the system said no; the text has strerror's words */
    XDB_EFORMAT = -5 /* a data file or a text that cannot be parsed */
};

struct xdb_error {
    char text[XDB_ERROR_SIZE];
};

/*
** Formats a message into `e` (which may be NULL: then nothing is kept) and returns `code`, so that a
** function can end with `return error_set(e, XDB_ENOENT, "...")`. Too long a text is cut with "...".
** Never allocates, never raises; not for signal handlers.
*/
int error_set(struct xdb_error *e, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* so that it knows: `return error_set(...)` is never a success */
#define error_set(e, code, ...) ((void)error_set(e, code, __VA_ARGS__), (code))
#endif

#endif
