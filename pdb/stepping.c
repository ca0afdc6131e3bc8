/* The commands that let the program go on. */
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include <string.h>

/*
** Whether there is a program to go on with. After an uncaught error there is none: whatever the way to go
** on, it starts the program again.
*/
static bool goes_on(const struct xdb_pdb *p)
{
    return p->stop && !p->stop->mortem && print_frame(p);
}

int stepping_step(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    (void)row, (void)arg, (void)n;
    if (goes_on(p))
        xdb_bdb_set_step(p->bdb);
    return CMD_STOP;
}

int stepping_next(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    (void)row, (void)arg, (void)n;
    if (goes_on(p))
        xdb_bdb_set_next(p->bdb, print_frame(p));
    return CMD_STOP;
}

int stepping_until(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    int line = 0;
    (void)row;
    if (n && !print_number(arg, &line)) {
        cmd_error(c, "Error in argument: '%s'", arg);
        return CMD_AGAIN;
    }
    if (n && f && line <= print_line_of(p, f)) {
        cmd_error(c, "\"until\" line number is smaller than current line number");
        return CMD_AGAIN;
    }
    if (goes_on(p))
        xdb_bdb_set_until(p->bdb, f, line);
    return CMD_STOP;
}

int stepping_return(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    (void)row, (void)arg, (void)n;
    if (goes_on(p))
        xdb_bdb_set_return(p->bdb, print_frame(p));
    return CMD_STOP;
}

int stepping_continue(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    (void)row, (void)arg, (void)n;
    if (goes_on(p))
        xdb_bdb_set_continue(p->bdb);
    return CMD_STOP;
}

int stepping_jump(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct xdb_error err;
    int line;
    (void)row, (void)n;
    if (p->stop->at != 0 || !print_frame(p)) {
        cmd_error(c, "You can only jump within the bottom frame");
    } else if (!print_number(arg, &line)) {
        cmd_error(c, "The 'jump' command requires a line number");
    } else if (!goes_on(p)) {
        cmd_error(c, "Jump failed: the program is over");
    } else if (xdb_bdb_jump(p->bdb, print_frame(p), line, NULL, &err) < 0) {
        cmd_error(c, "Jump failed: %s", err.text);
    } else {
        p->stop->listed = 0;
        print_entry(p, 0);
    }
    return CMD_AGAIN;
}

static const char *const catches[] = {"off", "uncaught", "raised"}; /* enum xdb_catch */

int stepping_catch(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    if (n == 0) {
        cmd_printf(c, "Catching errors: %s\n", catches[p->catching]);
        return CMD_AGAIN;
    }
    for (int i = XDB_CATCH_OFF; i <= XDB_CATCH_RAISED; i++)
        if (strcmp(arg, catches[i]) == 0) {
            p->catching = (enum xdb_catch)i;
            xdb_bdb_set_catch(p->bdb, p->stop->L, p->catching);
            return CMD_AGAIN;
        }
    return cmd_invalid(c, row, arg, n);
}

void stepping_complete_catch(struct cmd *c, const struct line_at *at, struct words *out)
{
    (void)c;
    for (int i = XDB_CATCH_OFF; i <= XDB_CATCH_RAISED; i++)
        words_offer(out, at, catches[i]);
}

int stepping_quit(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    (void)row, (void)arg, (void)n;
    if (p->mode != PDB_COMMAND && !p->nesting)
        return inline_quit(c);
    p->quitting = !p->nesting; /* an inner debugger is left for the outer one */
    if (goes_on(p))
        xdb_bdb_set_quit(p->bdb);
    return CMD_STOP;
}
