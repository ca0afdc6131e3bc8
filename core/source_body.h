/* The text and code of a source; shared by core/source*.c alone. All memory is the body's own. */
#ifndef XDB_CORE_SOURCE_BODY_H
#define XDB_CORE_SOURCE_BODY_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "core/source.h"

/* What of a file's state tells that it changed, without reading it. */
struct source_stamp {
    bool exists;
    struct timespec mtime;
    off_t size; /* bytes */
    dev_t device;
    ino_t inode;
};

struct source_body {
    struct source_stamp seen; /* when the source was looked up; later, when its text was read */
    bool stale;               /* the file had already changed when its text was read */
    /* text */
    char *given; /* what source_give told, or what was read from the file; NULL before */
    const char *text;
    size_t len;
    int text_code;    /* 0, or why there is no text */
    char *text_error; /* in words */
    bool tried;       /* text or text_code are known */
    /* line index */
    uint32_t *starts; /* offset of each line, and at the end that of the text's end; NULL before */
    int count;        /* lines */
    /* code */
    bool compiled; /* code or code_code are known */
    struct bytecode *code;
    int code_code;
    char *code_error;
    int *active; /* lines with code of all functions, ascending */
    int nactive;
};

/* NULL when out of memory. Stamps the file. */
struct source_body *source_body_new(const struct source *s);
void source_body_free(struct source_body *b);
/* Forgets the compiled form. */
void source_body_drop_code(struct source_body *b);
/* Tells a failure that has been remembered. */
void source_body_failure(int code, const char *text, struct xdb_error *err);

#endif
