/*
** Texts that a report reads in a signal handler: a chunk with a definition in line N, N being the first byte, a line
** alone, and what the C library says of an address.
*/
#include "faulthandler/c_stack.h"
#include "faulthandler/name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 50 };

/* A name is a part of the text, of letters, digits, and the signs between them. */
static void check_name(const char *text, size_t len, const char *name, size_t n)
{
    if (n > ROOM || (n > 0 && !memmem(text, len, name, n)))
        abort();
    for (size_t i = 0; i < n; i++)
        if (!strchr("._:", name[i]) && !(name[i] >= '0' && name[i] <= '9') &&
            !((name[i] | 32) >= 'a' && (name[i] | 32) <= 'z'))
            abort();
}

/* One line, of printable text, with its end. */
static void check_line(const struct out *o)
{
    if (o->len == 0 || o->text[o->len - 1] != '\n')
        abort();
    for (size_t i = 0; i + 1 < o->len; i++)
        if (o->text[i] < ' ' || o->text[i] > '~')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[ROOM];
    struct out o;
    char *text = malloc(size + 1); /* its end is an end of memory */
    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_name(text, size, name, name_in_line(text, size, name, sizeof name));
    if (size > 0 && text[1] != '@')
        check_name(text, size, name, name_of_definition(text + 1, data[0], name, sizeof name));
    out_init(&o, -1);
    c_stack_line(&o, text, size < 200 ? size : 200, text);
    check_line(&o);
    free(text);
    return 0;
}
