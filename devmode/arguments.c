#include "devmode/arguments.h"

#include "devmode/devmode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FRAMES = 65535 };

int arguments_frames(const char *text, int *frames, struct xdb_error *err)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || *end || errno || n < 1 || n > MOST_FRAMES)
        return error_set(err, XDB_EINVAL,
                         "tracemalloc takes a number of frames from 1 to %d, not '%s'", MOST_FRAMES,
                         text);
    *frames = (int)n;
    return XDB_OK;
}

int arguments_switch(const char *text, struct arguments_switches *on, struct xdb_error *err)
{
    static const char frames[] = "tracemalloc=";
    if (strcmp(text, "dev") == 0)
        on->dev = true;
    else if (strcmp(text, "faulthandler") == 0)
        on->faulthandler = true;
    else if (strcmp(text, "tracemalloc") == 0)
        on->tracemalloc = 1;
    else if (strncmp(text, frames, sizeof frames - 1) == 0)
        return arguments_frames(text + sizeof frames - 1, &on->tracemalloc, err);
    else
        return error_set(err, XDB_EINVAL,
                         "-X: no such switch: '%s' (dev, faulthandler, tracemalloc, tracemalloc=N)",
                         text);
    return XDB_OK;
}

/* Whether the word behind "-W" is a filter: then it begins with one of the three actions. */
static bool is_filter(const char *text)
{
    static const char *const actions[] = {"default", "error", "ignore"};
    size_t len = strcspn(text, ":");
    for (int i = 0; i < 3; i++)
        if (strlen(actions[i]) == len && memcmp(text, actions[i], len) == 0)
            return true;
    return false;
}

/* Where reading is. */
struct reader {
    int argc, at;
    char **argv;
    struct arguments *a;
    struct xdb_error *err;
};

static const char *next_word(struct reader *r)
{
    return r->at + 1 < r->argc ? r->argv[r->at + 1] : NULL;
}

static void keep(struct reader *r, int words)
{
    for (; words > 0; words--)
        r->a->words[r->a->nwords++] = r->argv[r->at++];
}

static int refuse(struct reader *r)
{
    r->a->refused = r->argv[r->at];
    return ARGUMENTS_REFUSED;
}

static int read_filter(struct reader *r)
{
    const char *word = r->argv[r->at] + 2, *next = next_word(r);
    if (*word == '\0' && (!next || !is_filter(next))) {
        keep(r, 1); /* Lua's own */
        return ARGUMENTS_RUN;
    }
    if (*word && !is_filter(word))
        return refuse(r);
    struct xdb_devmode_filters ignored = {{XDB_DEVMODE_IGNORE}};
    const char *text = *word ? word : next;
    r->at += *word ? 1 : 2;
    r->a->filters[r->a->nfilters++] = text;
    return xdb_devmode_filter(&ignored, text, r->err);
}

static int read_switch(struct reader *r)
{
    const char *word = r->argv[r->at] + 2, *next = next_word(r);
    if (*word == '\0' && !next)
        return error_set(r->err, XDB_EINVAL,
                         "-X needs a switch: dev, faulthandler, tracemalloc, tracemalloc=N");
    r->at += *word ? 1 : 2;
    return arguments_switch(*word ? word : next, &r->a->on, r->err);
}

static int read_valued(struct reader *r)
{
    const char *next = next_word(r);
    if (r->argv[r->at][2] == '\0' && (!next || next[0] == '-'))
        return refuse(r);
    keep(r, r->argv[r->at][2] ? 1 : 2);
    return ARGUMENTS_RUN;
}

static int read_option(struct reader *r)
{
    const char *word = r->argv[r->at];
    switch (word[1]) {
    case 'X':
        return read_switch(r);
    case 'W':
        return read_filter(r);
    case 'e':
    case 'l':
        return read_valued(r);
    case 'E':
        r->a->no_env |= word[2] == '\0';
        break;
    case 'i':
    case 'v':
        break;
    default:
        return strcmp(word, "--help") == 0 ? ARGUMENTS_HELP : refuse(r);
    }
    if (word[2])
        return refuse(r);
    keep(r, 1);
    return ARGUMENTS_RUN;
}

int arguments_parse(int argc, char **argv, struct arguments *a, struct xdb_error *err)
{
    struct reader r = {argc, 1, argv, a, err};
    *a = (struct arguments){.script = argc};
    a->words = calloc((size_t)argc + 1, sizeof *a->words);
    a->filters = calloc((size_t)argc + 1, sizeof *a->filters);
    if (!a->words || !a->filters)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    int status = ARGUMENTS_RUN;
    while (status == ARGUMENTS_RUN && r.at < argc) {
        const char *word = argv[r.at];
        if (word[0] != '-' || word[1] == '\0')
            break;
        if (strcmp(word, "--") == 0) {
            keep(&r, 1);
            break;
        }
        status = read_option(&r);
    }
    a->script = r.at;
    return status;
}

void arguments_release(struct arguments *a)
{
    free(a->words);
    free(a->filters);
    *a = (struct arguments){.words = NULL};
}
