/*
** Editing with GNU readline or libedit, through the callback interface: we wait for input ourselves, so that
** signals find us outside the editor and Ctrl-C ends a read without a longjmp through it.
*/
#include "cli/lineedit_state.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#ifdef XDB_LIBEDIT
#include <editline/readline.h>
#else
#include <readline/history.h>
#include <readline/readline.h>
#endif

/* Everything but `$ . : / - ~ _`, which stand inside names, fields, methods, files. */
static char word_breaks[] = " \t\n`@#%^&*()=+[{]}\\|;'\",<>?!";

/* Taken over while reading: Ctrl-C, the window's size, and what needs the terminal's modes back first. */
static const int signals[] = {SIGINT, SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT};
enum { SIGNALS = sizeof signals / sizeof *signals };

/* A key, and what it did before. */
struct binding {
    char keys[4 * LINEEDIT_KEYS]; /* as readline writes them; "" while it is as it was */
    rl_command_func_t *was;
    char *macro; /* owned; NULL: it is no macro */
};

/* What a read changes and puts back. */
struct session {
    struct lineedit *le;
    char *line; /* what was entered; NULL at the end of the input */
    bool finished;
    FILE *in, *out;
    const char *name;
    rl_completion_func_t *attempt;
    char *(*breaks)(void);
    int catch_signals, catch_winch;
    char *locale;
    struct words history;          /* somebody else's, for example the host's own prompt */
    struct binding tab, completes; /* keys that do something else than the user's files say */
    struct sigaction actions[SIGNALS];
    int wake[2]; /* the pipe that the signal handler writes to */
};

/* Global because the editor's callbacks and signal handlers have no argument; one read at a time. */
static struct session *active;
static volatile sig_atomic_t wake_fd = -1;

/* For editor_restore, which may run in a signal handler: the modes before, and whether they count. */
static struct termios modes;
static int modes_fd;
static volatile sig_atomic_t modes_saved;
static const char *modes_end = "";

bool editor_exists(void)
{
    return true;
}

void editor_restore(void)
{
    if (!modes_saved)
        return;
    modes_saved = 0;
    if (*modes_end && write(modes_fd, modes_end, strlen(modes_end)) < 0)
        return; /* then the terminal is gone */
    tcsetattr(modes_fd, TCSANOW, &modes);
}

/* ---- completion ------------------------------------------------------------------------------- */

static char *get_breaks(void)
{
    return word_breaks;
}

/* Bytes that all words begin with, cut before a character of several bytes that is not whole. */
static size_t common(const struct words *w)
{
    size_t n = strlen(w->items[0]);
    for (size_t i = 1; i < w->count; i++) {
        size_t k = 0;
        while (k < n && w->items[0][k] == w->items[i][k])
            k++;
        n = k;
    }
    while (n && (w->items[0][n] & 0xC0) == 0x80)
        n--;
    return n;
}

/* The array that the editor expects: what they have in common, then each; it frees all with `free`. */
static char **matches(struct words *w)
{
    bool several = w->count > 1;
    char **array = calloc(w->count + 2, sizeof *array);
    char *first = array && w->count ? strndup(w->items[0], common(w)) : NULL;
    if (!first) {
        free(array);
        return NULL;
    }
    array[0] = first;
    for (size_t i = 0; several && i < w->count; i++) {
        array[i + 1] = w->items[i];
        w->items[i] = NULL;
    }
    return array;
}

/* Tab before the first word of a further line fills up to a column of four. */
static bool fill(const struct lineedit *le, int start)
{
    int i = 0;
    while (i < start && (rl_line_buffer[i] == ' ' || rl_line_buffer[i] == '\t'))
        i++;
    if (!le->indented || i < start || rl_point != start)
        return false;
    rl_insert_text(&"    "[start % 4]);
    return true;
}

static char **attempt(const char *text, int start, int end)
{
    struct lineedit *le = active ? active->le : NULL;
    struct line_at at = {rl_line_buffer, strlen(rl_line_buffer), (size_t)start, (size_t)end};
    struct words words;
    (void)text;
    rl_attempted_completion_over = 1; /* no file names */
    rl_completion_append_character = '\0';
    if (!le || fill(le, start) || !le->complete)
        return NULL;
    words_init(&words);
    le->complete(le->user, &at, &words);
    words_sort(&words);
    char **array = matches(&words);
    words_release(&words);
    return array;
}

/* ---- the key that completes ------------------------------------------------------------------- */

#ifdef XDB_LIBEDIT /* it does not tell what a key did */
static void bind_key(struct binding *b, const char *keys, rl_command_func_t *f)
{
    char line[64];
    int n = snprintf(line, sizeof line, "bind ");
    for (; *keys; keys++)
        n += snprintf(line + n, sizeof line - (size_t)n, "\\%03o", (unsigned char)*keys);
    snprintf(line + n, sizeof line - (size_t)n, f == rl_insert ? " ed-insert" : " rl_complete");
    rl_parse_and_bind(line);
    (void)b;
}

static void unbind_key(struct binding *b)
{
    (void)b;
}
#else
static void bind_key(struct binding *b, const char *keys, rl_command_func_t *f)
{
    int type = ISFUNC;
    Keymap map = rl_get_keymap();
    rl_command_func_t *was = rl_function_of_keyseq(keys, map, &type);
    b->was = type == ISFUNC ? was : NULL;
    b->macro = type == ISMACR ? strdup((const char *)was) : NULL;
    for (int n = 0; *keys; keys++)
        n += snprintf(b->keys + n, sizeof b->keys - (size_t)n, "\\%03o", (unsigned char)*keys);
    rl_bind_keyseq_in_map(b->keys, f, map);
}

static void unbind_key(struct binding *b)
{
    if (!*b->keys)
        return;
    if (b->macro)
        rl_generic_bind(ISMACR, b->keys, b->macro, rl_get_keymap());
    else
        rl_bind_keyseq_in_map(b->keys, b->was, rl_get_keymap());
    *b->keys = '\0';
}
#endif

/* Tab is left as the user's files have it, unless another key does its work. */
static void bind_keys(struct session *s)
{
    const char *keys = s->le->keys;
    if (strcmp(keys, "\t") == 0)
        return;
    bind_key(&s->tab, "\t", rl_insert);
    if (*keys)
        bind_key(&s->completes, keys, rl_complete);
}

static void unbind_keys(struct session *s)
{
    unbind_key(&s->completes);
    unbind_key(&s->tab);
}

/* ---- history ---------------------------------------------------------------------------------- */

static void swap_history(struct words *theirs, const struct words *ours)
{
    for (int i = 0; theirs && i < history_length; i++) {
        HIST_ENTRY *entry = history_get(history_base + i);
        if (entry)
            words_adds(theirs, entry->line);
    }
    clear_history();
    using_history();
    for (size_t i = 0; i < ours->count; i++)
        add_history(ours->items[i]);
}

/* ---- signals ---------------------------------------------------------------------------------- */

static void on_signal(int sig)
{
    int saved = errno, fd = wake_fd;
    unsigned char byte = (unsigned char)sig;
    if (fd >= 0 && write(fd, &byte, 1) < 0)
        errno = 0; /* the pipe is full of signals not looked at yet: one more tells nothing */
    errno = saved;
}

/* A signal that is ignored stays so, but for Ctrl-C, which belongs to the prompt. */
static void take_signals(struct session *s)
{
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigfillset(&ours.sa_mask);
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &s->actions[i]);
        if (s->actions[i].sa_handler != SIG_IGN || signals[i] == SIGINT)
            sigaction(signals[i], &ours, NULL);
    }
}

static void give_signals(struct session *s)
{
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &s->actions[i], NULL);
}

/* Lets the signal do what it would have done without us; goes on if the process does. */
static void forward(struct session *s, int sig)
{
    rl_deprep_terminal();
    give_signals(s);
    raise(sig);
    take_signals(s);
    rl_prep_terminal(1);
    rl_forced_update_display();
}

/* Looks at the signals that came; true when one was Ctrl-C. */
static bool heed(struct session *s)
{
    unsigned char sig;
    bool interrupt = false;
    while (read(s->wake[0], &sig, 1) == 1) {
        if (sig == SIGINT)
            interrupt = true;
        else if (sig == SIGWINCH)
            rl_resize_terminal();
        else
            forward(s, sig);
    }
    return interrupt;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void on_line(char *line)
{
    active->line = line;
    active->finished = true;
    rl_callback_handler_remove();
}

static void save_modes(const struct session *s)
{
    modes_fd = fileno(s->le->in);
    modes_end = "";
#ifndef XDB_LIBEDIT
    const char *term = getenv("TERM"), *paste = rl_variable_value("enable-bracketed-paste");
    if (paste && strcmp(paste, "on") == 0 && term && strcmp(term, "dumb") != 0)
        modes_end = "\033[?2004l";
#endif
    modes_saved = tcgetattr(modes_fd, &modes) == 0;
}

/*
** readline is to read the inputrc files now, so that `save_modes` can ask it. libedit notices other files only
** when it starts anew, which drops what has been typed ahead.
*/
static void initialize(const struct session *s)
{
#ifdef XDB_LIBEDIT
    if (s->in == s->le->in && s->out == s->le->out)
        return;
#endif
    (void)s;
    rl_initialize();
}

/* The editor sets the process's locale when it starts, and needs that of the user while it works. */
static void begin(struct session *s, const char *prompt)
{
    const char *locale = setlocale(LC_CTYPE, NULL);
    s->locale = locale ? strdup(locale) : NULL;
    if (s->locale)
        setlocale(LC_CTYPE, "");
    s->in = rl_instream, s->out = rl_outstream;
    s->name = rl_readline_name;
    s->attempt = rl_attempted_completion_function;
    s->breaks = rl_completion_word_break_hook;
    s->catch_signals = rl_catch_signals, s->catch_winch = rl_catch_sigwinch;
    rl_instream = s->le->in, rl_outstream = s->le->out;
    rl_readline_name = s->le->name;
    if (lineedit_is_interactive(s->le)) {
        rl_attempted_completion_function = attempt;
        rl_completion_word_break_hook = get_breaks;
    }
    rl_catch_signals = rl_catch_sigwinch = 0;
#ifndef XDB_LIBEDIT
    rl_change_environment = 0; /* LINES and COLUMNS are the program's */
#if RL_READLINE_VERSION >= 0x0802
    rl_eof_found = 0; /* else a Ctrl-D before makes each line end twice */
#endif
#endif
    swap_history(&s->history, &s->le->history);
    active = s;
    wake_fd = s->wake[1];
    take_signals(s);
    initialize(s);
    save_modes(s);
    bind_keys(s);
    rl_callback_handler_install(prompt, on_line);
    if (s->le->indent.len) {
        rl_insert_text(s->le->indent.data);
        rl_redisplay();
    }
}

static void end(struct session *s)
{
    modes_saved = 0;
    give_signals(s);
    wake_fd = -1;
    active = NULL;
    unbind_keys(s);
    swap_history(NULL, &s->history);
    words_release(&s->history);
#ifndef XDB_LIBEDIT /* which looks at them only when it starts; see `initialize` */
    rl_instream = s->in, rl_outstream = s->out;
#endif
    rl_readline_name = s->name;
    rl_attempted_completion_function = s->attempt;
    rl_completion_word_break_hook = s->breaks;
    rl_catch_signals = s->catch_signals, rl_catch_sigwinch = s->catch_winch;
    if (s->locale)
        setlocale(LC_CTYPE, s->locale);
    free(s->locale);
    close(s->wake[0]);
    close(s->wake[1]);
}

/* Ctrl-C: drops the line; the talk goes on in a new one when there was something in it. */
static void give_up(struct session *s)
{
    bool typed = rl_end > 0;
    rl_free_line_state();
#ifndef XDB_LIBEDIT
    rl_callback_sigcleanup();
#endif
    rl_callback_handler_remove();
    if (typed)
        fputc('\n', s->le->out);
    fflush(s->le->out);
}

/* Until a line is there, or Ctrl-C: then false. */
static bool await_line(struct session *s)
{
    struct pollfd fds[] = {{fileno(s->le->in), POLLIN, 0}, {s->wake[0], POLLIN, 0}};
    while (!s->finished) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return true; /* reported as the end of the input */
        if (heed(s)) {
            give_up(s);
            return false;
        }
        if (fds[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
            rl_callback_read_char();
        fds[0].revents = 0;
    }
    return true;
}

/* Where a standard stream is closed, its number is not for the pipe: it would be taken for that stream. */
static bool open_wake(int wake[2])
{
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        if (wake[i] <= STDERR_FILENO) {
            int higher = fcntl(wake[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
            close(wake[i]);
            wake[i] = higher;
        }
    return wake[0] >= 0 && wake[1] >= 0;
}

int editor_read(struct lineedit *le, const char *prompt, struct buffer *line)
{
    struct session s = {.le = le};
    words_init(&s.history);
    if (!open_wake(s.wake))
        return LINE_EOF;
    begin(&s, prompt);
    bool interrupted = !await_line(&s);
    if (!interrupted && !s.finished)
        rl_callback_handler_remove();
    end(&s);
    if (interrupted)
        return LINE_INTERRUPT;
    if (!s.line)
        return LINE_EOF;
    buffer_adds(line, s.line);
    free(s.line);
    return LINE_READ;
}
