/* Comma-separated values as RFC 4180 has them: a line a function, in the order of the statistics. */
#include "profiler/export.h"

#include <string.h>

static void add_field(struct buffer *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buffer_adds(out, text);
        return;
    }
    buffer_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buffer_addc(out, '"');
        buffer_addc(out, *text);
    }
    buffer_addc(out, '"');
}

static int write_csv(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    (void)err;
    buffer_adds(out, "file,line,function,ncalls,pcalls,tottime,cumtime\r\n");
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[stats_at(s, i)];
        add_field(out, f->file);
        buffer_addf(out, ",%lld,", f->line);
        add_field(out, f->name);
        buffer_addf(out, ",%lld,%lld,%.9f,%.9f\r\n", f->nc, f->cc, f->tt, f->ct);
    }
    return 0;
}

const struct exporter exporter_csv = {"csv", write_csv};
