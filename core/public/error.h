/*
** xdb/error.h - what went wrong, as a code and a text: the small struct that carries a message from the
** place that knows it to the place that shows it. The library never prints.
*/
#ifndef XDB_ERROR_H
#define XDB_ERROR_H

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

/* Filled by who failed, and left as it was by who succeeded. The caller's memory. */
struct xdb_error {
    char text[XDB_ERROR_SIZE];
};

#endif
