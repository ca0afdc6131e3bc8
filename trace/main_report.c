/* xtrace report: what is covered, in one of several formats. */
#include "cli/term.h"
#include "core/file.h"
#include "trace/counts.h"
#include "trace/main_commands.h"
#include "trace/main_settings.h"
#include "trace/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct given {
    struct main_given settings; /* first */
    const char *outfile;
    const struct report_format *format;
};

static int take_format(void *target, const char *value, struct xdb_error *e)
{
    struct given *g = target;
    g->format = report_find(value);
    if (g->format)
        return 0;
    struct buffer names;
    buffer_init(&names);
    for (const struct report_format *const *f = report_formats; *f; f++)
        buffer_addf(&names, "%s'%s'", f == report_formats ? "" : ", ", (*f)->name);
    error_set(e, XDB_EINVAL, "invalid choice: '%s' (choose from %s)", value, names.data);
    buffer_release(&names);
    return XDB_EINVAL;
}

static const struct option_row own_rows[] = {
    {'h', "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {0, "format", "FORMAT",
     "text (default), cover (a folder of listings), html (a folder of pages), lcov, cobertura or "
     "json",
     .kind = OPTION_ACTION, .action = take_format},
    {'o', "output", "OUT",
     "the file, or the folder for cover and html, to write (default: standard output; cover, "
     "htmlcov)",
     OPTION_STRING, offsetof(struct given, outfile), .offer = OFFER_FILES},
    {0, "config", "FILE", "settings to be used instead of those in " SETTINGS_FILE, OPTION_STRING,
     offsetof(struct main_given, config), .offer = OFFER_FILES},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"file", "data files, which are added up (default: the data file)", 0, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static struct option_row rows[MAIN_ROWS];

static const struct options spec = {
    .prog = "xtrace report",
    .version = "xtrace " XDB_VERSION,
    .usage = "[--format FORMAT] [-o OUT] [--source GLOB] [--omit GLOB] [--fail-under PERCENT] "
             "[--show-missing] [file ...]",
    .description = "Report what xtrace cover counted. Nothing runs.",
    .rows = rows,
    .operands = operands,
    .mixed = true,
};

/* ---- what goes in ----------------------------------------------------------------------------- */

static int add_file(const struct settings *s, const char *path, struct results *to)
{
    struct results *r = NULL, *mapped = NULL;
    struct xdb_error err;
    int failed = counts_load(path, &r, &err);
    if (!failed)
        failed = settings_remap(s, r, &mapped, &err);
    if (!failed)
        failed = results_merge(to, mapped ? mapped : r, &err);
    if (failed)
        main_complain(err.text);
    results_free(mapped);
    results_free(r);
    return failed;
}

/* All files added up. What cannot be read is told, and the rest goes on. */
static struct results *load(const struct settings *s, const struct options_rest *rest, int *status)
{
    struct results *r = results_new();
    int read = 0;
    if (!r)
        main_complain("out of memory");
    for (int i = 0; r && i < rest->count; i++)
        read += add_file(s, rest->items[i], r) == 0;
    if (r && rest->count == 0)
        read = add_file(s, s->data_file, r) == 0;
    if (read < (rest->count ? rest->count : 1))
        *status = EXIT_FAILURE;
    if (read)
        return r;
    results_free(r);
    return NULL;
}

/* ---- what comes out --------------------------------------------------------------------------- */

static int write_file(const struct given *given, const struct buffer *text, struct xdb_error *err)
{
    if (text->failed)
        return error_set(err, XDB_ENOMEM, "out of memory");
    if (given->outfile && strcmp(given->outfile, "-") != 0)
        return file_write_atomic(given->outfile, text->data, text->len, err);
    fwrite(text->data, 1, text->len, stdout);
    if (fflush(stdout) != 0)
        return error_set(err, XDB_EIO, "cannot write: %s", strerror(errno));
    return 0;
}

static int write_report(const struct given *given, const struct settings *s,
                        const struct coverage *c)
{
    const struct report_format *f = given->format ? given->format : &report_text;
    const struct report_choice choice = {
        .show_missing = s->show_missing, .time = time(NULL), .version = XDB_VERSION};
    struct buffer text;
    struct xdb_error err;
    int failed;
    buffer_init(&text);
    if (f->folder) {
        failed =
            f->write_folder(c, &choice, given->outfile ? given->outfile : f->folder, &text, &err);
        main_say(&text);
    } else {
        f->write(c, &choice, &text);
        failed = write_file(given, &text, &err);
    }
    if (failed)
        main_complain(err.text);
    buffer_release(&text);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int report(const struct given *given, const struct options_rest *rest, struct settings *s)
{
    int status = main_take(&spec, &given->settings, s), loaded = EXIT_SUCCESS;
    if (status >= 0)
        return status;
    struct results *r = load(s, rest, &loaded);
    struct coverage *c = r ? main_coverage(s, r) : NULL;
    status = c ? write_report(given, s, c) : EXIT_FAILURE;
    if (status == EXIT_SUCCESS)
        status = loaded;
    if (c && main_is_under(s, c) && status == EXIT_SUCCESS)
        status = 2;
    coverage_free(c);
    results_free(r);
    return status;
}

const struct options *report_options(void)
{
    main_rows(rows, own_rows, SETTINGS_REPORT);
    return &spec;
}

int report_main(int argc, char **argv)
{
    struct given given = {0};
    struct settings s = {0};
    struct options_rest rest;
    struct xdb_error err;
    int status = options_parse(report_options(), argc, argv, &given, &rest, &err);
    status = options_report(&spec, status, &err, term_width(&term_environ, STDOUT_FILENO), stdout,
                            stderr);
    if (status < 0)
        status = report(&given, &rest, &s);
    options_release(&spec, &given, &rest);
    settings_release(&s);
    return status;
}
