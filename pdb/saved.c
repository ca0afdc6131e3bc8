/*
** Breakpoints, displays and aliases as a file of commands: `save` writes it, `read` runs it, or any other such
** file.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/file.h"

#include <string.h>

enum { LARGEST = 1024 * 1024 }; /* bytes of a file of commands */

static void add_breakpoint(const struct xdb_pdb *p, const struct breakpoint *b, struct buffer *out)
{
    const char *action;
    const char *log = actions_log_text(p, b->number);
    if (b->file && *b->file != '/')
        return; /* code that came from no file is nowhere to be found again */
    buffer_adds(out, log ? "log " : b->temporary ? "tbreak " : "break ");
    if (b->file)
        buffer_addf(out, "%s:%d", b->file, b->line);
    else
        buffer_adds(out, b->function);
    if (log || b->condition) {
        buffer_adds(out, ", ");
        buffer_adds(out, log ? log : b->condition);
    }
    buffer_addc(out, '\n');
    if (log && b->condition)
        buffer_addf(out, "condition last %s\n", b->condition);
    if (b->ignore > 0)
        buffer_addf(out, "ignore last %d\n", b->ignore);
    if (!b->enabled)
        buffer_adds(out, "disable last\n");
    action = actions_each(p, b->number, 0);
    if (!action || log)
        return;
    buffer_adds(out, "commands\n");
    bool ended = false; /* by a command that lets the program go on */
    for (int i = 0; (action = actions_each(p, b->number, i)) != NULL; i++) {
        const struct cmd_row *row = cmd_resolve(p->cmd, action, strlen(action));
        ended = row && row->flags & CMD_RESUMES;
        buffer_adds(out, action);
        buffer_addc(out, '\n');
    }
    if (!ended)
        buffer_adds(out, "end\n");
}

static void add_alias(void *user, const char *name, const char *text)
{
    buffer_addf(user, "alias %s ", name);
    buffer_adds(user, text);
    buffer_addc(user, '\n');
}

int saved_save(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct buffer out;
    struct xdb_error err;
    (void)row, (void)n;
    buffer_init(&out);
    cmd_each_alias(c, add_alias, &out);
    for (int i = 1; i <= breakpoint_last(p->registry); i++) {
        const struct breakpoint *b = breakpoint_numbered(p->registry, i);
        if (b)
            add_breakpoint(p, b, &out);
    }
    display_save(p, &out);
    if (out.failed)
        cmd_error(c, "not enough memory");
    else if (file_write_atomic(arg, out.data, out.len, &err) < 0)
        cmd_error(c, "%s", err.text);
    buffer_release(&out);
    return CMD_AGAIN;
}

int saved_read(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct buffer text;
    struct xdb_error err;
    (void)row, (void)n;
    buffer_init(&text);
    if (file_read(arg, LARGEST, &text, &err) < 0)
        cmd_error(c, "%s", err.text);
    else if (!cmd_queue_file(c, arg, text.data, text.len, false))
        cmd_error(c, "cannot read %s: files that read files go too deep", arg);
    buffer_release(&text);
    return CMD_AGAIN;
}
