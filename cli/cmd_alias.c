/* Aliases: keeping them, replacing them, completing them. */
#include "cli/cmd.h"
#include "cli/cmd_state.h"

#include <stdlib.h>
#include <string.h>

enum { PARAMETERS = 9 };

/* ---- keeping ---------------------------------------------------------------------------------- */

/* Where the alias is, or would have to be inserted. */
static struct alias **find(const struct cmd *c, const char *name, size_t n, bool *found)
{
    struct alias **at = (struct alias **)&c->aliases;
    *found = false;
    for (; *at; at = &(*at)->next) {
        size_t len = strlen((*at)->name);
        int order = memcmp((*at)->name, name, len < n ? len : n);
        *found = order == 0 && len == n;
        if (order > 0 || (order == 0 && len >= n))
            break;
    }
    return at;
}

const struct alias *cmd_alias(const struct cmd *c, const char *name, size_t n)
{
    bool found;
    if (!(c->features & CMD_ALIASES))
        return NULL;
    struct alias **at = find(c, name, n, &found);
    return found ? *at : NULL;
}

static void discard(struct alias **at)
{
    struct alias *a = *at;
    *at = a->next;
    free(a);
}

void cmd_free_aliases(struct cmd *c)
{
    while (c->aliases)
        discard(&c->aliases);
}

void cmd_each_alias(const struct cmd *c,
                    void (*each)(void *user, const char *name, const char *text), void *user)
{
    for (const struct alias *a = c->aliases; a; a = a->next)
        each(user, a->name, a->text);
}

static void define(struct cmd *c, const char *name, size_t name_len, const char *text,
                   size_t text_len)
{
    bool found;
    struct alias *a = malloc(sizeof *a + name_len + text_len + 2);
    if (!a) {
        cmd_error(c, "not enough memory");
        return;
    }
    struct alias **at = find(c, name, name_len, &found);
    if (found)
        discard(at);
    a->next = *at;
    a->text = a->name + name_len + 1;
    memcpy(a->name, name, name_len);
    a->name[name_len] = '\0';
    memcpy(a->text, text, text_len);
    a->text[text_len] = '\0';
    *at = a;
}

/* What an alias's text asks for. */
struct demand {
    bool rest;             /* %* */
    bool used[PARAMETERS]; /* %1 to %9 */
    size_t highest;        /* the number of the last one used */
};

static struct demand demand(const char *text)
{
    struct demand d = {0};
    for (const char *s = strchr(text, '%'); s; s = strchr(s + 1, '%')) {
        if (s[1] == '*')
            d.rest = true;
        if (s[1] < '1' || s[1] > '9')
            continue;
        size_t i = (size_t)(s[1] - '0');
        d.used[i - 1] = true;
        d.highest = i > d.highest ? i : d.highest;
    }
    return d;
}

static void list_one(void *user, const char *name, const char *text)
{
    cmd_printf(user, "%s = %s\n", name, text);
}

int cmd_do_alias(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    n = strlen(arg); /* names and texts hold no zeros */
    size_t w = cmd_word(arg, n);
    const struct alias *known = cmd_alias(c, arg, w);
    if (n == 0) {
        cmd_each_alias(c, list_one, c);
    } else if (w == n) {
        if (known)
            list_one(c, known->name, known->text);
        else
            cmd_error(c, "Unknown alias '%s'", arg);
    } else {
        const char *text = arg + w;
        size_t len = n - w;
        cmd_trim(&text, &len);
        struct demand d = demand(text);
        for (size_t i = 0; i < d.highest && !d.rest; i++)
            if (!d.used[i]) {
                cmd_error(c, "Replaceable parameters must be consecutive");
                return CMD_AGAIN;
            }
        define(c, arg, w, text, len);
    }
    return CMD_AGAIN;
}

int cmd_do_unalias(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    bool found;
    struct alias **at = find(c, arg, cmd_word(arg, n), &found);
    if (found)
        discard(at);
    return CMD_AGAIN;
}

void cmd_complete_alias(struct cmd *c, const struct line_at *at, struct words *out)
{
    for (const struct alias *a = c->aliases; a; a = a->next)
        words_offer(out, at, a->name);
}

/* ---- replacing -------------------------------------------------------------------------------- */

/* The words behind an alias on its line. */
struct arguments {
    const char *s[PARAMETERS];
    size_t n[PARAMETERS];
    size_t count; /* all of them, also those past the ninth */
    const char *rest;
    size_t rest_len; /* all as typed */
};

static struct arguments arguments(const char *s, size_t n)
{
    struct arguments a = {.count = 0};
    cmd_trim(&s, &n);
    a.rest = s;
    a.rest_len = n;
    while (n) {
        size_t w = cmd_word(s, n);
        if (a.count < PARAMETERS) {
            a.s[a.count] = s;
            a.n[a.count] = w;
        }
        a.count++;
        s += w;
        n -= w;
        cmd_trim(&s, &n);
    }
    return a;
}

static bool check(struct cmd *c, const struct alias *alias, const struct arguments *a)
{
    struct demand d = demand(alias->text);
    bool few = d.highest > a->count, many = !d.rest && a->count > d.highest;
    if (few || many)
        cmd_error(c, "%s arguments for alias '%s'", few ? "Not enough" : "Too many", alias->name);
    return !few && !many;
}

/* One pass: what is put in is not looked at again. */
static void substitute(const char *text, const struct arguments *a, struct buffer *out)
{
    for (const char *s = text; *s && out->len <= CMD_EXPANDED_MAX; s++) {
        if (s[0] == '%' && s[1] == '*') {
            buffer_add(out, a->rest, a->rest_len);
            s++;
        } else if (s[0] == '%' && s[1] >= '1' && s[1] <= '9') {
            int i = s[1] - '1';
            buffer_add(out, a->s[i], a->n[i]);
            s++;
        } else {
            buffer_addc(out, *s);
        }
    }
}

/* What the line's first replaced word led to is not to go on: the rest of it is dropped too. */
static bool give_up(struct cmd *c, const struct alias *alias, const char *why)
{
    cmd_error(c, "alias '%s' %s", alias->name, why);
    while (c->queue && c->queue->from_alias)
        cmd_drop(c);
    return false;
}

static bool seen(const struct alias *const *chain, int n, const struct alias *alias)
{
    for (int i = 0; i < n; i++)
        if (chain[i] == alias)
            return true;
    return false;
}

/* Replaces the alias; the part behind the first `;;` goes into the queue. */
static bool replace(struct cmd *c, const struct entry *like, const struct alias *alias, size_t w,
                    struct buffer *line)
{
    struct arguments a = arguments(line->data + w, line->len - w);
    if (!check(c, alias, &a))
        return false;
    if (c->expansions == 0)
        return give_up(c, alias, "never ends");
    c->expansions--;
    struct buffer text;
    buffer_init(&text);
    substitute(alias->text, &a, &text);
    buffer_clear(line);
    buffer_add(line, text.data, text.len);
    buffer_release(&text);
    if (line->len > CMD_EXPANDED_MAX)
        return give_up(c, alias, "makes too long a line");
    size_t cut = cmd_cut(c, line->data, line->len);
    if (cut < line->len) {
        struct entry rest = *like;
        rest.from_alias = rest.split = true;
        cmd_push(c, &rest, line->data + cut + 2, line->len - cut - 2);
        buffer_truncate(line, cut);
    }
    return true;
}

bool cmd_expand(struct cmd *c, const struct entry *like, struct buffer *line)
{
    const struct alias *chain[CMD_NESTING] = {NULL};
    for (int i = 0; i < CMD_NESTING; i++) {
        const char *s = line->data;
        size_t n = line->len;
        cmd_trim(&s, &n);
        size_t w = cmd_word(s, n);
        const struct alias *alias = cmd_alias(c, s, w);
        /* An alias does not mean itself in its own text, so that it may hide a command. */
        if (!alias || seen(chain, i, alias))
            return true;
        chain[i] = alias;
        if (!replace(c, like, alias, (size_t)(s - line->data) + w, line))
            return false;
    }
    return true;
}
