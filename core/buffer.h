/*
** A growing piece of text in C memory. Text is always followed by a '\0' that does not count, so `data`
** may be given to C functions; it may contain zeros of its own. Running out of memory sets a sticky
** flag instead of failing each call: check `failed` once, at the end.
**
** A buffer owns C heap: it must not live across a Lua call that may raise. Nothing here raises a Lua error,
** and nothing is for signal handlers.
*/
#ifndef XDB_CORE_BUFFER_H
#define XDB_CORE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data;  /* never NULL after init; owned */
    size_t len;  /* bytes in use, the final '\0' not counted */
    size_t cap;  /* bytes allocated; 0 while `data` is the static empty string */
    bool failed; /* an addition was lost for want of memory */
};

/* Makes an empty buffer; allocates nothing. */
void buffer_init(struct buffer *b);
/* Gives the memory back and makes the buffer empty again. */
void buffer_release(struct buffer *b);
/* Forgets the text and keeps the memory. */
void buffer_clear(struct buffer *b);
/* Cuts the text to its first `len` bytes; longer lengths are ignored. */
void buffer_truncate(struct buffer *b, size_t len);
/* Each of these appends: n bytes, a C string, one byte, what printf makes. */
void buffer_add(struct buffer *b, const char *s, size_t n);
void buffer_adds(struct buffer *b, const char *s);
void buffer_addc(struct buffer *b, char c);
void buffer_addf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vaddf(struct buffer *b, const char *format, va_list args);
/*
** Hands over the text (to be freed with `free`) and leaves the buffer empty. NULL when an addition had
** failed or memory runs out now; the buffer is emptied then as well.
*/
char *buffer_detach(struct buffer *b, size_t *len);

#endif
