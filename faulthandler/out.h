/*
** Text for a file descriptor, made and written by nothing but write(2). The struct is the caller's, 1 KB on its stack; text
** waits in it until it is full or flushed. What cannot be written is lost in silence: there is nobody to tell.
** Everything here is signal-safe.
*/
#ifndef XDB_FAULTHANDLER_OUT_H
#define XDB_FAULTHANDLER_OUT_H

#include <stddef.h>
#include <stdint.h>

struct out {
    int fd;
    size_t len;
    char last; /* written; a line end at first */
    char text[1000];
};

void out_init(struct out *o, int fd);
void out_flush(struct out *o);
void out_char(struct out *o, char c);
void out_text(struct out *o, const char *s);
/* Ends the line, if one has begun. */
void out_end_line(struct out *o);
void out_bytes(struct out *o, const char *s, size_t n);
void out_decimal(struct out *o, long long n);
/* "0x" and at least `digits` digits. */
void out_hex(struct out *o, uintptr_t n, int digits);
/* A text that may hold anything: what is no printable ASCII as \xHH, and "..." after 500 bytes. */
void out_name(struct out *o, const char *s, size_t n);

/* What is written when a fault has ended a part of a report. */
void out_fault(struct out *o);

#endif
