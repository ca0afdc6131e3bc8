#include "cli/lineedit.h"
#include "cli/lineedit_state.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lineedit *lineedit_new(const struct lineedit_config *config)
{
    struct lineedit *le = calloc(1, sizeof *le);
    if (!le)
        return NULL;
    le->in = config->in;
    le->out = config->out;
    le->name = config->name;
    le->complete = config->complete;
    le->user = config->user;
    le->always = config->always;
    le->plain = config->plain;
    strncpy(le->keys, config->keys ? config->keys : "\t", sizeof le->keys - 1);
    le->most = config->history_max ? config->history_max : 1000;
    le->path = config->history ? strdup(config->history) : NULL;
    words_init(&le->history);
    buffer_init(&le->indent);
    buffer_init(&le->pasted);
    if (config->history && !le->path) {
        lineedit_free(le);
        return NULL;
    }
    return le;
}

void lineedit_free(struct lineedit *le)
{
    if (!le)
        return;
    history_save(le);
    words_release(&le->history);
    buffer_release(&le->indent);
    buffer_release(&le->pasted);
    free(le->path);
    free(le->text);
    free(le);
}

void lineedit_set_files(struct lineedit *le, FILE *in, FILE *out)
{
    le->in = in;
    le->out = out;
    buffer_clear(&le->pasted);
}

bool lineedit_is_interactive(const struct lineedit *le)
{
    return editor_exists() && !le->plain && isatty(fileno(le->in)) && isatty(fileno(le->out));
}

void lineedit_set_indent(struct lineedit *le, const char *indent)
{
    buffer_clear(&le->indent);
    buffer_adds(&le->indent, indent);
    le->indented = true;
}

void lineedit_restore(void)
{
    editor_restore();
}

/* ---- plain reading ---------------------------------------------------------------------------- */

/* Must be global because a signal handler has no argument; set by the handler, cleared by each read. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
    (void)sig;
    interrupted = 1;
}

static void cut_end(struct buffer *line, size_t start)
{
    size_t n = line->len;
    while (n > start && (line->data[n - 1] == '\n' || line->data[n - 1] == '\r'))
        n--;
    buffer_truncate(line, n);
}

/* Signals make getline return early, with or without a part of the line. */
static int get(struct lineedit *le, struct buffer *line)
{
    size_t start = line->len;
    for (;;) {
        errno = 0;
        ssize_t n = getline(&le->text, &le->text_cap, le->in);
        bool again = ferror(le->in) && errno == EINTR;
        if (n > 0)
            buffer_add(line, le->text, (size_t)n);
        clearerr(le->in); /* Ctrl-D on a terminal is no end for whoever reads next */
        if (interrupted) {
            buffer_truncate(line, start);
            return LINE_INTERRUPT;
        }
        if (n > 0 && le->text[n - 1] == '\n')
            break;
        if (!again && line->len == start)
            return LINE_EOF;
        if (!again)
            break;
    }
    cut_end(line, start);
    return LINE_READ;
}

static int plain_read(struct lineedit *le, const char *prompt, struct buffer *line)
{
    struct sigaction ours = {.sa_handler = on_interrupt}, theirs; /* without SA_RESTART */
    interrupted = 0;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, &theirs);
    fputs(prompt, le->out);
    fflush(le->out);
    int status = get(le, line);
    sigaction(SIGINT, &theirs, NULL);
    return status;
}

/* Moves the first of the pasted lines to `line`. */
static void take_pasted(struct lineedit *le, struct buffer *line)
{
    size_t n = strcspn(le->pasted.data, "\n"), used = n + (le->pasted.data[n] == '\n');
    size_t start = line->len, rest = le->pasted.len - used;
    buffer_add(line, le->pasted.data, n);
    memmove(le->pasted.data, le->pasted.data + used, rest);
    buffer_truncate(&le->pasted, rest);
    if (le->loaded)
        history_add(le, line->data + start);
}

static int edited_read(struct lineedit *le, const char *prompt, struct buffer *line)
{
    if (lineedit_is_interactive(le))
        history_load(le);
    fflush(le->out);
    if (le->pasted.len == 0) {
        int status = editor_read(le, prompt, &le->pasted);
        if (status != LINE_READ || le->pasted.len == 0)
            return status;
    }
    take_pasted(le, line);
    return LINE_READ;
}

int lineedit_read(struct lineedit *le, const char *prompt, struct buffer *line)
{
    bool edited = lineedit_is_interactive(le) || (le->always && editor_exists());
    int status = edited ? edited_read(le, prompt, line) : plain_read(le, prompt, line);
    buffer_clear(&le->indent);
    le->indented = false;
    return status;
}
