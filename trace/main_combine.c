/* xtrace combine: the data files of parallel processes become one. */
#include "cli/term.h"
#include "trace/counts.h"
#include "trace/main_commands.h"
#include "trace/main_settings.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct given {
    struct main_given settings; /* first */
    bool keep;
};

static const struct option_row own_rows[] = {
    {'h', "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {0, "config", "FILE", "settings to be used instead of those in " SETTINGS_FILE, OPTION_STRING,
     offsetof(struct main_given, config), .offer = OFFER_FILES},
    {0, "keep", .help = "do not remove the files that were combined", .kind = OPTION_FLAG,
     .offset = offsetof(struct given, keep)},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"file", "data files (default: those of parallel processes, beside the data file)", 0, 0,
     OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static struct option_row rows[MAIN_ROWS];

static const struct options spec = {
    .prog = "xtrace combine",
    .version = "xtrace " XDB_VERSION,
    .usage = "[--data-file FILE] [--map FROM=TO] [--keep] [file ...]",
    .description = "Add data files to one, and remove them.",
    .rows = rows,
    .operands = operands,
    .mixed = true,
};

/* `path` with what glob(3) takes for more than itself quoted. */
static void add_quoted(const char *path, struct buffer *out)
{
    for (; *path; path++) {
        if (strchr("*?[]\\", *path))
            buffer_addc(out, '\\');
        buffer_addc(out, *path);
    }
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* Files that are not of a process: those kept for being damaged. */
static bool is_part(const char *path, const char *data_file)
{
    const char *bad = strstr(path + strlen(data_file), ".bad");
    return !bad && !ends_with(path, ".tmp") && !ends_with(path, ".lock");
}

struct combining {
    const struct settings *settings;
    bool keep;
    int status, parts;
};

/* Adds one file to the data file, and then removes it. */
static void combine(struct combining *c, const char *path)
{
    struct results *r = NULL, *mapped = NULL;
    struct buffer said;
    struct xdb_error err;
    buffer_init(&said);
    int failed = counts_load(path, &r, &err);
    if (!failed)
        failed = settings_remap(c->settings, r, &mapped, &err);
    if (!failed)
        failed = counts_add(c->settings->data_file, mapped ? mapped : r, &said, &err);
    if (!failed && !c->keep && unlink(path) != 0)
        failed = error_set(&err, XDB_EIO, "cannot remove %s: %s", path, strerror(errno));
    main_say(&said);
    if (failed) {
        main_complain(err.text);
        c->status = EXIT_FAILURE;
    }
    c->parts++;
    results_free(mapped);
    results_free(r);
    buffer_release(&said);
}

static void combine_all(struct combining *c)
{
    struct buffer pattern;
    glob_t found;
    buffer_init(&pattern);
    add_quoted(c->settings->data_file, &pattern);
    buffer_adds(&pattern, ".*");
    if (!pattern.failed && glob(pattern.data, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            if (is_part(found.gl_pathv[i], c->settings->data_file))
                combine(c, found.gl_pathv[i]);
        }
        globfree(&found);
    }
    buffer_release(&pattern);
}

static int combine_given(const struct given *given, const struct options_rest *rest,
                         struct settings *s)
{
    struct combining c = {.settings = s, .keep = given->keep, .status = EXIT_SUCCESS};
    int status = main_take(&spec, &given->settings, s);
    if (status >= 0)
        return status;
    for (int i = 0; i < rest->count; i++)
        combine(&c, rest->items[i]);
    if (rest->count == 0)
        combine_all(&c);
    if (c.parts == 0) {
        fprintf(stderr, "xtrace: there is nothing to combine: no %s.*\n", s->data_file);
        return EXIT_FAILURE;
    }
    return c.status;
}

const struct options *combine_options(void)
{
    main_rows(rows, own_rows, SETTINGS_COMBINE);
    return &spec;
}

int combine_main(int argc, char **argv)
{
    struct given given = {0};
    struct settings s = {0};
    struct options_rest rest;
    struct xdb_error err;
    int status = options_parse(combine_options(), argc, argv, &given, &rest, &err);
    status = options_report(&spec, status, &err, term_width(&term_environ, STDOUT_FILENO), stdout,
                            stderr);
    if (status < 0)
        status = combine_given(&given, &rest, &s);
    options_release(&spec, &given, &rest);
    settings_release(&s);
    return status;
}
