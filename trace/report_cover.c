/* Coverage as listings: each text with the counts beside its lines, `>>>>>>` where one is missing. */
#include "trace/report.h"

#include <inttypes.h>

enum { TAB = 8 };

/* The line with its tabs as spaces. */
static void add_line(struct buffer *out, const char *s, size_t n)
{
    for (size_t i = 0, column = 0; i < n; i++) {
        if (s[i] != '\t') {
            buffer_addc(out, s[i]);
            column++;
            continue;
        }
        do
            buffer_addc(out, ' ');
        while (++column % TAB);
    }
    buffer_addc(out, '\n');
}

static void add_count(struct buffer *out, const struct coverage_file *f, int line)
{
    int64_t count = line <= f->nlines ? f->lines[line] : RESULTS_NO_CODE;
    if (count == 0)
        buffer_adds(out, ">>>>>> ");
    else if (count > 0)
        buffer_addf(out, "%5" PRId64 ": ", count);
    else
        buffer_adds(out, "       ");
}

static void add_file(struct buffer *out, const struct coverage_file *f)
{
    int n = f->source ? source_count(f->source) : f->nlines;
    for (int line = 1; line <= n; line++) {
        size_t len = 0;
        const char *s = f->source ? source_line(f->source, line, &len) : NULL;
        add_count(out, f, line);
        add_line(out, s ? s : "", s ? len : 0);
    }
}

static int write_folder(const struct coverage *c, const struct report_choice *choice,
                        const char *folder, struct buffer *said, struct xdb_error *err)
{
    struct buffer text, name;
    struct xdb_error why;
    int failed = 0;
    (void)choice;
    buffer_init(&text);
    buffer_init(&name);
    for (size_t i = 0; i < c->nfiles; i++) {
        buffer_clear(&text);
        buffer_clear(&name);
        add_file(&text, &c->files[i]);
        report_add_page(&c->files[i], ".cover", &name);
        int one = report_write(folder, name.data, &text, &why);
        if (one && failed)
            buffer_addf(said, "%s\n", err->text);
        if (one) {
            failed = one;
            *err = why;
        }
    }
    buffer_release(&text);
    buffer_release(&name);
    return failed;
}

const struct report_format report_cover = {
    .name = "cover", .folder = "cover", .write_folder = write_folder};
