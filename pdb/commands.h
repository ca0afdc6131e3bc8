/*
** The handlers of the debugger's commands, each beside its group's helpers; commands.c has the rows, from
** which parsing, help, completion and the manual come.
*/
#ifndef XDB_PDB_COMMANDS_H
#define XDB_PDB_COMMANDS_H

#include "cli/cmd.h"

/* breaks.c */
cmd_handler breaks_break, breaks_tbreak, breaks_clear, breaks_enable, breaks_disable, breaks_ignore,
    breaks_condition;
struct breakpoint;
/* Sets a breakpoint at `[file:]line | function` and says so; NULL after a complaint. */
struct breakpoint *breaks_set(struct cmd *c, const char *place, size_t n);

/* actions.c, run.c, saved.c */
cmd_handler actions_commands, actions_do_log, run_restart, saved_save, saved_read;

/* stepping.c */
cmd_handler stepping_catch, stepping_jump, stepping_step, stepping_next, stepping_until,
    stepping_return, stepping_continue, stepping_quit;

cmd_completer stepping_complete_catch;

/* display.c, nested.c */
cmd_handler display_display, display_undisplay, nested_debug, nested_interact;
cmd_completer display_complete;

/* coroutines.c */
cmd_handler coroutines_coroutines, coroutines_coroutine;
cmd_completer coroutines_complete;

/* watch.c */
cmd_handler watch_watch, watch_unwatch;
cmd_completer watch_complete;

/* complete.c */
cmd_completer complete_place, complete_number, complete_file;

/* names.c */
cmd_handler names_locals, names_upvalues, names_info;

/* looking.c */
cmd_handler looking_source, looking_exceptions, looking_where, looking_up, looking_down,
    looking_list, looking_longlist, looking_args, looking_p, looking_pp, looking_whatis,
    looking_retval;

#endif
