#include "faulthandler/out.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 500, FULL_WAIT = 1000 /* ms, for somebody to read */ };

void out_init(struct out *o, int fd)
{
    o->fd = fd;
    o->len = 0;
    o->last = '\n';
}

void out_flush(struct out *o)
{
    const char *from = o->text;
    size_t left = o->len;
    o->len = 0;
    while (left > 0) {
        ssize_t n = write(o->fd, from, left);
        if (n > 0) {
            from += n;
            left -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd full = {.fd = o->fd, .events = POLLOUT};
            if (poll(&full, 1, FULL_WAIT) <= 0)
                break; /* nobody reads */
        } else if (n == 0 || errno != EINTR)
            break;
    }
    if (left > 0)
        o->fd = -1; /* nor is what follows written, lest all of it be waited for */
}

void out_char(struct out *o, char c)
{
    if (o->len == sizeof o->text)
        out_flush(o);
    o->text[o->len++] = o->last = c;
}

void out_end_line(struct out *o)
{
    if (o->last != '\n')
        out_char(o, '\n');
}

void out_bytes(struct out *o, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out_char(o, s[i]);
}

void out_text(struct out *o, const char *s)
{
    while (*s)
        out_char(o, *s++);
}

void out_decimal(struct out *o, long long n)
{
    char digits[20];
    int count = 0;
    unsigned long long left = n < 0 ? -(unsigned long long)n : (unsigned long long)n;
    do
        digits[count++] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (n < 0)
        out_char(o, '-');
    while (count > 0)
        out_char(o, digits[--count]);
}

static const char hex_digits[] = "0123456789abcdef";

void out_hex(struct out *o, uintptr_t n, int digits)
{
    int shift = (int)sizeof n * 8 - 4;
    while (shift > 0 && n >> shift == 0 && shift / 4 >= digits)
        shift -= 4;
    out_text(o, "0x");
    for (; shift >= 0; shift -= 4)
        out_char(o, hex_digits[n >> shift & 15]);
}

void out_name(struct out *o, const char *s, size_t n)
{
    for (size_t i = 0; i < n && i < NAME_MAX_BYTES; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= ' ' && c < 127)
            out_char(o, (char)c);
        else {
            out_text(o, "\\x");
            out_char(o, hex_digits[c >> 4]);
            out_char(o, hex_digits[c & 15]);
        }
    }
    if (n > NAME_MAX_BYTES)
        out_text(o, "...");
}

void out_fault(struct out *o)
{
    out_end_line(o);
    out_text(o, "  <memory fault, the rest cannot be read>\n");
}
