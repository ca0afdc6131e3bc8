/* Counts from anywhere: read, added up, reported in every format, written and read again. */
#include "trace/counts.h"
#include "trace/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What was read is written, and reads back the same. */
static void write_again(struct results *r)
{
    struct buffer text, twice;
    struct results *again;
    buffer_init(&text);
    buffer_init(&twice);
    counts_text(r, &text);
    if (counts_parse(text.data, text.len, "again", &again, NULL) < 0)
        abort();
    counts_text(again, &twice);
    if (text.len != twice.len || memcmp(text.data, twice.data, text.len) != 0)
        abort();
    results_free(again);
    buffer_release(&text);
    buffer_release(&twice);
}

static void report_all(struct results *r)
{
    const struct globs none = {0};
    const struct coverage_choice choice = {.source = &none, .omit = &none, .cwd = "/fuzz"};
    const struct report_choice how = {.show_missing = true, .version = "0"};
    struct coverage *c;
    struct buffer said, out;
    buffer_init(&said);
    buffer_init(&out);
    if (coverage_new(r, &choice, &said, &c, NULL) == 0) {
        for (const struct report_format *const *f = report_formats; *f; f++) {
            buffer_clear(&out);
            if ((*f)->write)
                (*f)->write(c, &how, &out);
        }
        coverage_free(c);
    }
    buffer_release(&said);
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xdb_error err = {""};
    struct results *r, *sum;
    if (counts_parse((const char *)data, size, "fuzz", &r, &err) < 0) {
        if (!*err.text || strchr(err.text, '\n'))
            abort();
        return 0;
    }
    write_again(r);
    sum = results_new();
    for (int times = 0; times < 2; times++)
        if (results_merge(sum, r, NULL) < 0)
            abort();
    report_all(sum);
    results_free(sum);
    results_free(r);
    return 0;
}
