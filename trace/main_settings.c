#include "trace/main_settings.h"

#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void main_rows(struct option_row rows[MAIN_ROWS], const struct option_row *own, unsigned use)
{
    size_t n = 0;
    for (; own->kind != OPTION_END; own++)
        rows[n++] = *own;
    for (size_t i = 0; settings_keys[i].name; i++) {
        const struct settings_key *k = &settings_keys[i];
        if (!(k->uses & use))
            continue;
        rows[n++] = (struct option_row){
            .name = k->name,
            .arg = k->arg,
            .help = k->help,
            .kind = k->arg ? OPTION_LIST : OPTION_FLAG,
            .flags = k->arg ? OPTION_ANY : 0,
            .offset = k->arg ? offsetof(struct main_given, values) + i * sizeof(struct option_list)
                             : offsetof(struct main_given, flags) + i * sizeof(bool)};
    }
    rows[n].kind = OPTION_END;
}

void main_complain(const char *text)
{
    fprintf(stderr, "xtrace: %s\n", text);
}

void main_say(struct buffer *text)
{
    for (char *line = text->data, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        main_complain(line);
    }
    buffer_clear(text);
}

/* One option with all its values; the exit status or -1. */
static int take_option(const struct options *spec, const struct main_given *given, size_t i,
                       struct settings *s)
{
    const struct settings_key *k = &settings_keys[i];
    struct xdb_error err;
    int failed = given->flags[i] ? settings_set(s, k->name, NULL, NULL, &err) : 0;
    for (size_t v = 0; v < given->values[i].count && !failed; v++)
        failed = settings_set(s, k->name, given->values[i].items[v], NULL, &err);
    if (failed == XDB_EINVAL)
        return options_fail(spec, term_width(&term_environ, STDERR_FILENO), stderr,
                            "argument --%s: %s", k->name, err.text);
    if (failed)
        main_complain(err.text);
    return failed ? EXIT_FAILURE : -1;
}

int main_take(const struct options *spec, const struct main_given *given, struct settings *s)
{
    struct xdb_error err;
    const char *inherited = term_getenv(&term_environ, MAIN_ENVIRONMENT);
    int failed = settings_init(s, &err), status = -1;
    if (!failed && given->config)
        failed = settings_read(s, given->config, true, &err);
    else if (!failed && inherited && *inherited)
        failed = settings_read_text(s, inherited, MAIN_ENVIRONMENT, &err);
    else if (!failed)
        failed = settings_read(s, SETTINGS_FILE, false, &err);
    if (failed) {
        main_complain(err.text);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; settings_keys[i].name && status < 0; i++)
        status = take_option(spec, given, i, s);
    if (status < 0 && settings_complete(s, &err)) {
        main_complain(err.text);
        status = EXIT_FAILURE;
    }
    return status;
}

struct coverage *main_coverage(const struct settings *s, struct results *r)
{
    const struct coverage_choice choice = {
        .source = &s->source, .omit = &s->omit, .exclude = s->exclude, .cwd = s->cwd};
    struct coverage *c = NULL;
    struct xdb_error err;
    struct buffer said;
    buffer_init(&said);
    if (coverage_new(r, &choice, &said, &c, &err) < 0)
        main_complain(err.text);
    main_say(&said);
    buffer_release(&said);
    return c;
}

bool main_is_under(const struct settings *s, const struct coverage *c)
{
    char text[16];
    if (coverage_percent(c, &c->sums) >= s->fail_under)
        return false;
    fprintf(stderr, "xtrace: %s %% is covered, which is under %g %%\n",
            coverage_percent_text(c, &c->sums, text), s->fail_under);
    return true;
}
