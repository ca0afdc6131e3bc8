#include "core/buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char empty[1]; /* shared by all empty buffers; never written: cap is 0 there */

void buffer_init(struct buffer *b)
{
    b->data = empty;
    b->len = b->cap = 0;
    b->failed = false;
}

void buffer_release(struct buffer *b)
{
    if (b->cap)
        free(b->data);
    buffer_init(b);
}

void buffer_clear(struct buffer *b)
{
    buffer_truncate(b, 0);
    b->failed = false;
}

void buffer_truncate(struct buffer *b, size_t len)
{
    if (len < b->len) {
        b->len = len;
        b->data[len] = '\0';
    }
}

/* Makes room for `n` more bytes and the final zero. */
static bool reserve(struct buffer *b, size_t n)
{
    if (b->failed || n > SIZE_MAX / 2 - b->len - 1) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    char *data = realloc(b->cap ? b->data : NULL, cap);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void buffer_add(struct buffer *b, const char *s, size_t n)
{
    if (n == 0 || !reserve(b, n))
        return;
    memcpy(b->data + b->len, s, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buffer_adds(struct buffer *b, const char *s)
{
    buffer_add(b, s, strlen(s));
}

void buffer_addc(struct buffer *b, char c)
{
    buffer_add(b, &c, 1);
}

void buffer_vaddf(struct buffer *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n > 0 && reserve(b, (size_t)n)) {
        vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buffer_addf(struct buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vaddf(b, format, args);
    va_end(args);
}

char *buffer_detach(struct buffer *b, size_t *len)
{
    if (!reserve(b, 0)) {
        buffer_release(b);
        return NULL;
    }
    char *data = b->data;
    if (len)
        *len = b->len;
    data[b->len] = '\0';
    buffer_init(b);
    return data;
}
