#include "cli/options.h"

#include "cli/completion.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One run of the parser. */
struct parse {
    const struct options *spec;
    int argc, next; /* `next`: the first word not looked at */
    char **argv;
    void *target;
    struct options_rest *rest;
    struct xdb_error *e;
    struct buffer unknown;           /* options that no row knows, with a space before each */
    const struct option_row **given; /* one place a row: the row once it was given, else NULL */
    bool ended;                      /* the rest are operands */
};

void options_name(const struct option_row *row, struct buffer *out)
{
    if (row->letter)
        buffer_addf(out, "-%c", row->letter);
    if (row->letter && row->name)
        buffer_addc(out, '/');
    if (row->name)
        buffer_addf(out, "--%s", row->name);
}

/* `argument -c/--command: TEXT` */
static int complain(struct parse *p, const struct option_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int complain(struct parse *p, const struct option_row *row, const char *format, ...)
{
    struct buffer text;
    buffer_init(&text);
    buffer_adds(&text, "argument ");
    options_name(row, &text);
    buffer_adds(&text, ": ");
    va_list args;
    va_start(args, format);
    buffer_vaddf(&text, format, args);
    va_end(args);
    int code = error_set(p->e, XDB_EINVAL, "%s", text.data);
    buffer_release(&text);
    return code;
}

static void *field(const struct parse *p, const struct option_row *row)
{
    return (char *)p->target + row->offset;
}

static bool is_option(const struct option_row *row)
{
    return row->kind != OPTION_GROUP;
}

/* `-1`, `-.5`: an operand or an argument, never an option. */
static bool is_negative_number(const char *word)
{
    const char *s = word + 1;
    while (isdigit((unsigned char)*s))
        s++;
    if (*s == '.')
        for (s++; isdigit((unsigned char)*s);)
            s++;
    return *s == '\0' && isdigit((unsigned char)s[-1]);
}

/* Words with a space in them are meant as text, as long as they do not begin with a long option. */
static bool looks_like_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !is_negative_number(word) &&
           (!strchr(word, ' ') || strchr(word, '='));
}

static int list_add(struct option_list *list, const char *item)
{
    if ((list->count & (list->count + 1)) == 0) { /* full: room is always a power of two less one */
        const char **items = realloc(list->items, (2 * list->count + 1) * sizeof *items);
        if (!items)
            return XDB_ENOMEM;
        list->items = items;
    }
    list->items[list->count++] = item;
    return 0;
}

static int rest_add(struct parse *p, char *word)
{
    struct options_rest *rest = p->rest;
    if (!rest->items) {
        rest->items = calloc((size_t)p->argc + 1, sizeof *rest->items);
        if (!rest->items)
            return error_set(p->e, XDB_ENOMEM, "not enough memory");
    }
    rest->items[rest->count++] = word;
    return 0;
}

/* The row of a long name of `n` bytes: the exact one, else the only one that begins so. */
static int find_long(struct parse *p, const char *name, size_t n, const struct option_row **found)
{
    struct buffer matches;
    int count = 0;
    *found = NULL;
    buffer_init(&matches);
    for (const struct option_row *row = p->spec->rows; row->kind != OPTION_END; row++) {
        if (!is_option(row) || !row->name || strncmp(row->name, name, n) != 0)
            continue;
        *found = row;
        if (row->name[n] == '\0') {
            count = 1;
            break;
        }
        buffer_addf(&matches, "%s--%s", count++ ? ", " : "", row->name);
    }
    int code = 0;
    if (count > 1)
        code = error_set(p->e, XDB_EINVAL, "ambiguous option: --%.*s could match %s", (int)n, name,
                         matches.data);
    buffer_release(&matches);
    return code;
}

static const struct option_row *find_short(const struct parse *p, char letter)
{
    for (const struct option_row *row = p->spec->rows; row->kind != OPTION_END; row++)
        if (is_option(row) && row->letter && row->letter == letter)
            return row;
    return NULL;
}

static int check_choice(struct parse *p, const struct option_row *row, const char *value)
{
    struct buffer all;
    buffer_init(&all);
    for (const char *const *choice = row->choices; *choice; choice++) {
        if (strcmp(*choice, value) == 0) {
            buffer_release(&all);
            return 0;
        }
        buffer_addf(&all, "%s%s", all.len ? ", " : "", *choice);
    }
    int code = complain(p, row, "invalid choice: '%s' (choose from %s)", value, all.data);
    buffer_release(&all);
    return code;
}

static int store_int(struct parse *p, const struct option_row *row, const char *value)
{
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    while (isspace((unsigned char)*end))
        end++;
    if (end == value || *end || errno)
        return complain(p, row, "invalid int value: '%s'", value);
    *(long long *)field(p, row) = n;
    return 0;
}

static int store_number(struct parse *p, const struct option_row *row, const char *value)
{
    char *end;
    double n = strtod(value, &end);
    if (end == value || *end || !isfinite(n))
        return complain(p, row, "invalid float value: '%s'", value);
    *(double *)field(p, row) = n;
    return 0;
}

static int act(struct parse *p, const struct option_row *row, const char *value)
{
    struct xdb_error why = {""};
    int code = row->action(p->target, value, &why);
    return code < 0 ? complain(p, row, "%s", why.text) : 0;
}

static int check_exclusive(struct parse *p, const struct option_row *row)
{
    for (size_t i = 0; row->exclusive && p->spec->rows[i].kind != OPTION_END; i++) {
        const struct option_row *other = p->given[i];
        if (!other || other == row || other->exclusive != row->exclusive)
            continue;
        struct buffer name;
        buffer_init(&name);
        options_name(other, &name);
        int code = complain(p, row, "not allowed with argument %s", name.data);
        buffer_release(&name);
        return code;
    }
    p->given[row - p->spec->rows] = row;
    return 0;
}

/* The option takes effect. `value` is "" where it takes none. */
static int apply(struct parse *p, const struct option_row *row, const char *value)
{
    int code = check_exclusive(p, row);
    if (code == 0 && row->choices)
        code = check_choice(p, row, value);
    if (code < 0)
        return code;
    if (row->flags & OPTION_STOPS)
        p->ended = true;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field(p, row) = true;
        return 0;
    case OPTION_COUNT:
        ++*(int *)field(p, row);
        return 0;
    case OPTION_STRING:
        *(const char **)field(p, row) = value;
        return 0;
    case OPTION_INT:
        return store_int(p, row, value);
    case OPTION_NUMBER:
        return store_number(p, row, value);
    case OPTION_LIST:
        code = list_add(field(p, row), value);
        return code < 0 ? error_set(p->e, code, "not enough memory") : 0;
    case OPTION_ACTION:
        return act(p, row, value);
    case OPTION_HELP:
        return OPTIONS_HELP;
    case OPTION_VERSION:
        return OPTIONS_VERSION;
    case OPTION_GROUP:
    case OPTION_END:
        break;
    }
    return 0;
}

/* The option with the argument attached to it (NULL: none is), or else with the next word. */
static int take(struct parse *p, const struct option_row *row, const char *attached)
{
    if (!row->arg)
        return attached ? complain(p, row, "ignored explicit argument '%s'", attached)
                        : apply(p, row, "");
    if (attached)
        return apply(p, row, attached);
    if (row->flags & OPTION_ATTACHED)
        return apply(p, row, "");
    if (p->next >= p->argc || (!(row->flags & OPTION_ANY) && looks_like_option(p->argv[p->next])))
        return complain(p, row, "expected one argument");
    return apply(p, row, p->argv[p->next++]);
}

static int parse_long(struct parse *p, const char *word)
{
    const struct option_row *row;
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    int code = find_long(p, word + 2, n - 2, &row);
    if (code < 0)
        return code;
    if (row)
        return take(p, row, equals ? equals + 1 : NULL);
    buffer_addf(&p->unknown, " %s", word);
    return 0;
}

/* A cluster: flags up to the first option that takes an argument, which is the rest of the word. */
static int parse_short(struct parse *p, const char *word)
{
    for (const char *s = word + 1; *s; s++) {
        const struct option_row *row = find_short(p, *s);
        if (!row) {
            buffer_addf(&p->unknown, " -%s", s);
            return 0;
        }
        if (row->arg)
            return take(p, row, s[1] == '=' ? s + 2 : s[1] ? s + 1 : NULL);
        if (s[1] == '=')
            return take(p, row, s + 2);
        int code = apply(p, row, "");
        if (code != 0)
            return code;
    }
    return 0;
}

static int parse_word(struct parse *p)
{
    char *word = p->argv[p->next++];
    if (!p->ended && strcmp(word, "--") == 0) {
        p->ended = p->rest->dashes = true;
        return 0;
    }
    if (p->ended || !looks_like_option(word)) {
        p->ended = p->ended || !p->spec->mixed;
        return rest_add(p, word);
    }
    return word[1] == '-' ? parse_long(p, word) : parse_short(p, word);
}

/* Too few operands are named; too many are as unknown as options without a row. */
static int check_operands(struct parse *p)
{
    int least = 0, most = 0;
    struct buffer missing;
    buffer_init(&missing);
    for (const struct option_operand *o = p->spec->operands; o && o->name; o++) {
        least += o->min;
        most = o->max && most >= 0 ? most + o->max : -1;
        if (o->min && p->rest->count < least)
            buffer_addf(&missing, "%s%s", missing.len ? ", " : "", o->name);
    }
    int code = 0;
    if (missing.len)
        code =
            error_set(p->e, XDB_EINVAL, "the following arguments are required: %s", missing.data);
    for (int i = most; code == 0 && most >= 0 && i < p->rest->count; i++)
        buffer_addf(&p->unknown, " %s", p->rest->items[i]);
    if (code == 0 && p->unknown.len)
        code = error_set(p->e, XDB_EINVAL, "unrecognized arguments:%s", p->unknown.data);
    buffer_release(&missing);
    return code;
}

static size_t count_rows(const struct options *spec)
{
    size_t n = 0;
    while (spec->rows[n].kind != OPTION_END)
        n++;
    return n;
}

int options_completion(int argc, char **argv, struct xdb_error *e)
{
    static const char option[] = "--completion-script=";
    if (argc != 2 || strncmp(argv[1], option, sizeof option - 1) != 0)
        return OPTIONS_RUN;
    const char *shell = argv[1] + sizeof option - 1;
    for (int i = 0; completion_shells[i]; i++)
        if (strcmp(shell, completion_shells[i]) == 0)
            return OPTIONS_COMPLETION + i;
    return error_set(e, XDB_EINVAL, "no completion for '%s' (choose from bash, zsh, fish)", shell);
}

int options_parse(const struct options *spec, int argc, char **argv, void *target,
                  struct options_rest *rest, struct xdb_error *e)
{
    struct parse p = {.spec = spec,
                      .argc = argc,
                      .next = 1,
                      .argv = argv,
                      .target = target,
                      .rest = rest,
                      .e = e};
    *rest = (struct options_rest){0};
    int completion = options_completion(argc, argv, e);
    if (completion != OPTIONS_RUN)
        return completion;
    p.given = calloc(count_rows(spec) + 1, sizeof(struct option_row *));
    if (!p.given)
        return error_set(e, XDB_ENOMEM, "not enough memory");
    buffer_init(&p.unknown);
    int code = 0;
    while (code == 0 && p.next < argc)
        code = parse_word(&p);
    if (code == 0)
        code = check_operands(&p);
    free(p.given);
    buffer_release(&p.unknown);
    return code;
}

void options_release(const struct options *spec, void *target, struct options_rest *rest)
{
    for (const struct option_row *row = spec->rows; target && row->kind != OPTION_END; row++) {
        if (row->kind != OPTION_LIST)
            continue;
        struct option_list *list = (struct option_list *)((char *)target + row->offset);
        free(list->items);
        *list = (struct option_list){0};
    }
    if (rest) {
        free(rest->items);
        *rest = (struct options_rest){0};
    }
}
