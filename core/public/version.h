/*
** xdb/version.h - which xdb this is: of the headers, at compile time, and of the library that is used. Versions
** are semantic (semver.org): with another major number (or, before 1.0, minor number) functions may have changed.
*/
#ifndef XDB_VERSION_H
#define XDB_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

#define XDB_VERSION "0.1.0"

#define XDB_VERSION_MAJOR 0
#define XDB_VERSION_MINOR 1
#define XDB_VERSION_PATCH 0

/* The library's own "MAJOR.MINOR.PATCH"; static. May be called anywhere. */
XDB_API const char *xdb_version(void);

#ifdef __cplusplus
}
#endif

#endif
