/* core/buffer: the input is a program of additions, cuts and hand-overs; the text is kept twice. */
#include "core/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MODEL = 1 << 16 };

/* The same text kept in the plainest way. */
struct model {
    size_t len;
    char text[MODEL];
};

static void check(const struct buffer *b, const struct model *m)
{
    if (b->failed || b->len != m->len || memcmp(b->data, m->text, m->len) != 0 || b->data[b->len])
        abort();
}

static void detach(struct buffer *b, struct model *m)
{
    size_t len = 0;
    char *text = buffer_detach(b, &len);
    if (!text || len != m->len || memcmp(text, m->text, len) != 0 || text[len])
        abort();
    free(text);
    m->len = 0;
}

/* One step of the program: an operation and its argument. */
static void step(struct buffer *b, struct model *m, uint8_t op, uint8_t arg)
{
    char chunk[256];
    memset(chunk, arg, sizeof chunk);
    if (op % 4 == 0 && m->len + arg <= MODEL) {
        buffer_add(b, chunk, arg);
        memcpy(m->text + m->len, chunk, arg);
        m->len += arg;
    } else if (op % 4 == 1) {
        buffer_truncate(b, arg);
        m->len = m->len < arg ? m->len : arg;
    } else if (op % 4 == 2 && m->len + 4 <= MODEL) {
        buffer_addf(b, "%02x%c%c", arg, 'z', 0);
        static const char digits[] = "0123456789abcdef";
        const char text[4] = {digits[arg >> 4], digits[arg & 15], 'z', 0};
        memcpy(m->text + m->len, text, sizeof text);
        m->len += sizeof text;
    } else if (op % 4 == 3) {
        detach(b, m);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model m; /* static only because it is large */
    struct buffer b;
    m.len = 0;
    buffer_init(&b);
    for (size_t i = 0; i + 1 < size; i += 2) {
        step(&b, &m, data[i], data[i + 1]);
        check(&b, &m);
    }
    buffer_release(&b);
    return 0;
}
