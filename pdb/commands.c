/* THE table of commands: all there is to know about each. */
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#define RUNNING     "Running the program:"
#define BREAKPOINTS "Breakpoints:"
#define STACK       "The stack:"
#define LOOKING     "Looking at values and source:"
#define DEBUGGER    "The debugger itself:"

#define BREAK_HELP                                                                                 \
    "Without argument, lists all breakpoints.\n"                                                   \
    "\n"                                                                                           \
    "With a line number, the program stops before that line of the\n"                              \
    "current file, or of the file in front of the colon: a path, its\n"                            \
    "last parts, or a module, with or without \".lua\", loaded yet or\n"                           \
    "not. A line without code moves to the next one that has some.\n"                              \
    "\n"                                                                                           \
    "With a function, it stops before the first line of that function.\n"                          \
    "Any expression that gives a function will do, or the name with\n"                             \
    "which it is defined: f, M.f, M:f, or its last part. A function\n"                             \
    "that is not there yet is waited for.\n"                                                       \
    "\n"                                                                                           \
    "With a condition, only when that expression is true there."

const struct cmd_row commands_rows[] = {
    {"s(tep)", RUNNING, "s(tep)", "Goes to the next line, into functions.",
     "Runs the current line and stops at the first occasion, be it in a\n"
     "function that is called, a coroutine that is resumed, or here.",
     NULL, stepping_step, NULL, CMD_NO_ARG | CMD_RESUMES},
    {"n(ext)", RUNNING, "n(ext)", "Goes to the next line of this function.",
     "What it calls runs without stopping. Stops at the function's return,\n"
     "too.",
     NULL, stepping_next, NULL, CMD_NO_ARG | CMD_RESUMES},
    {"unt(il)", RUNNING, "unt(il) [lineno]", "Goes on to a greater line of this function.",
     "Without argument, goes on until a line greater than the current one\n"
     "is reached: past the end of a loop. With a line number, until a\n"
     "line greater or equal to that. Stops at the function's return, too.",
     "until 120", stepping_until, NULL, CMD_RESUMES},
    {"r(eturn)", RUNNING, "r(eturn)", "Goes on until this function returns.", NULL, NULL,
     stepping_return, NULL, CMD_NO_ARG | CMD_RESUMES},
    {"c(ont(inue))", RUNNING, "c(ont(inue))", "Goes on until a breakpoint is reached.", NULL, NULL,
     stepping_continue, NULL, CMD_NO_ARG | CMD_RESUMES},
    {"j(ump)", RUNNING, "j(ump) lineno", "Goes on at another line of this function.",
     "The line becomes the next one to run, without what lies between, so\n"
     "that code can be left out or run again. Only in the newest frame;\n"
     "what would be unsafe is refused with the reason.",
     "jump 12", stepping_jump, NULL, CMD_NEEDS_ARG},
    {"catch", RUNNING, "catch [raised | uncaught | off]", "Says which errors stop the program.",
     "With \"raised\", every error stops where it is raised, also inside of\n"
     "pcall and coroutines; with \"uncaught\", which is how it begins, those\n"
     "that nothing will receive; with \"off\", none. Without argument, shows\n"
     "which it is.",
     "catch raised", stepping_catch, stepping_complete_catch, 0},
    {"run restart", RUNNING, "run [args...]", "Starts the program again.",
     "In a fresh state; breakpoints and their commands, displays, aliases\n"
     "and the history stay. With arguments, split as a shell would, the\n"
     "program gets these; without, the same as before.",
     "run --verbose 'a file.txt'", run_restart, complete_file, CMD_RESUMES},
    {"q(uit) exit", RUNNING, "q(uit) | exit", "Leaves the debugger; the program is abandoned.",
     NULL, NULL, stepping_quit, NULL, CMD_NO_ARG | CMD_RESUMES},
    {"EOF", RUNNING, "EOF", "The end of the input leaves the debugger.", NULL, NULL, stepping_quit,
     NULL, CMD_NO_ARG | CMD_RESUMES | CMD_AT_EOF},

    {"b(reak)", BREAKPOINTS, "b(reak) [ ([filename:]lineno | function) [, condition] ]",
     "Sets a breakpoint, or lists them.", BREAK_HELP,
     "break 12\nbreak core/parser.lua:120, #tokens > 3\nbreak Account:deposit", breaks_break,
     complete_place, 0},
    {"tbreak", BREAKPOINTS, "tbreak [ ([filename:]lineno | function) [, condition] ]",
     "Sets a breakpoint that stops only once.",
     "Like break, for a breakpoint that is deleted when it is reached.", "tbreak main",
     breaks_tbreak, complete_place, 0},
    {"cl(ear)", BREAKPOINTS, "cl(ear) [filename:lineno | bpnumber ...]", "Deletes breakpoints.",
     "With numbers, deletes those breakpoints. With a file and a line,\n"
     "deletes all breakpoints there. Without argument, deletes all\n"
     "breakpoints, but asks first.",
     "clear 2 3\nclear bank.lua:12", breaks_clear, complete_number, 0},
    {"enable", BREAKPOINTS, "enable bpnumber [bpnumber ...]", "Makes breakpoints stop again.", NULL,
     "enable 1 2", breaks_enable, complete_number, CMD_NEEDS_ARG},
    {"disable", BREAKPOINTS, "disable bpnumber [bpnumber ...]",
     "Keeps breakpoints, but they do not stop.", NULL, "disable 1 2", breaks_disable,
     complete_number, CMD_NEEDS_ARG},
    {"ignore", BREAKPOINTS, "ignore bpnumber [count]", "Lets a breakpoint pass some times.",
     "The breakpoint does not stop the next count times it is reached\n"
     "with a true condition. Without count, it stops the next time.",
     "ignore 1 99", breaks_ignore, complete_number, CMD_NEEDS_ARG},
    {"condition", BREAKPOINTS, "condition bpnumber [condition]",
     "Sets or removes a breakpoint's condition.",
     "The breakpoint stops only when the expression is true, in the frame\n"
     "that reaches it. Without condition, it stops always.",
     "condition 1 amount > 100", breaks_condition, complete_number, CMD_NEEDS_ARG},
    {"commands", BREAKPOINTS, "(xdb) commands [bpnumber]\n(com) ...\n(com) end\n(xdb)",
     "Says what to do when a breakpoint stops.",
     "The commands up to \"end\" are run when the breakpoint stops the\n"
     "program; without number, the last breakpoint that was set. A command\n"
     "that lets the program go on ends them. \"silent\" among them keeps\n"
     "the banner away. No commands at all remove those that were there.",
     "commands 1\nsilent\np amount\ncontinue", actions_commands, complete_number, 0},
    {"log", BREAKPOINTS, "log [filename:]lineno | function, text",
     "Prints a line whenever a place is reached.",
     "The program goes on. In the text, which may stand in quotes, {expression}\n"
     "is replaced by the value it has there. A log point is a breakpoint, to\n"
     "be listed, disabled and cleared like others.",
     "log 38, \"{amount} from {from.owner}\"", actions_do_log, complete_place, CMD_NEEDS_ARG},
    {"save", BREAKPOINTS, "save file", "Writes breakpoints, displays and aliases as commands.",
     NULL, "save session.xdb", saved_save, complete_file, CMD_NEEDS_ARG},
    {"read", BREAKPOINTS, "read file", "Runs the commands in a file.",
     "They run as if typed, without repeating anything. When a line of it\n"
     "fails, a message says which, and the rest is not run.",
     "read session.xdb", saved_read, complete_file, CMD_NEEDS_ARG},
    {"watch", BREAKPOINTS, "watch [expression [, condition]]", "Stops when a value has changed.",
     "Shows the old and the new value and names the line that changed it.\n"
     "With a condition, stops only when that is true then. An error counts\n"
     "as a value; tables and their like have changed when it is another\n"
     "one. With local variables of this call of the function, the watch is\n"
     "over when that returns. Without argument, lists what is watched.\n"
     "\n"
     "While something is watched the program runs slower.",
     "watch account.balance\nwatch #queue, #queue > 100", watch_watch, NULL, 0},
    {"unwatch", BREAKPOINTS, "unwatch [number]", "Watches a value no more.",
     "Without argument, nothing is watched any more.", "unwatch 1", watch_unwatch, watch_complete,
     0},

    {"w(here) bt", STACK, "w(here) [count]", "Shows the stack, newest frame last.",
     "An entry is FILE(LINE)FUNCTION(); that of the current frame is\n"
     "marked by \">\". With a count, shows only so many of the newest\n"
     "entries; with a negative one, of the oldest; with 0, the current\n"
     "one. In a coroutine the stack goes on with whoever resumed it.",
     "where 3", looking_where, NULL, 0},
    {"u(p)", STACK, "u(p) [count]", "Looks at an older frame.",
     "Goes count frames (one, without argument) towards the callers; with\n"
     "a negative count to the oldest.",
     NULL, looking_up, NULL, 0},
    {"d(own)", STACK, "d(own) [count]", "Looks at a newer frame.",
     "Goes count frames (one, without argument) towards the newest; with a\n"
     "negative count to the newest.",
     NULL, looking_down, NULL, 0},
    {"coroutines", STACK, "coroutines [count]", "Lists the coroutines of the program.",
     "All that can be reached, with what they are doing and where they\n"
     "stand: the main thread first, then those that run or wait for one\n"
     "that runs. The one that is looked at is marked by \">\". With a count,\n"
     "so many of them; else a hundred.",
     NULL, coroutines_coroutines, NULL, 0},
    {"coroutine", STACK, "coroutine [number | expression]", "Looks at the stack of a coroutine.",
     "Of the one with that number in the list of coroutines, or of one that\n"
     "is the value of an expression. All commands that look at the stack,\n"
     "at variables and at source are then about that coroutine; next,\n"
     "until and return wait for the frame that is looked at. Without\n"
     "argument, comes back to where the program stands.",
     "coroutine 3\ncoroutine self.worker", coroutines_coroutine, coroutines_complete, 0},
    {"a(rgs)", STACK, "a(rgs)", "Shows the arguments of this function.", NULL, NULL, looking_args,
     NULL, CMD_NO_ARG},
    {"locals", STACK, "locals", "Shows the local variables, innermost first.",
     "A variable that another one of its name hides is marked.", NULL, names_locals, NULL,
     CMD_NO_ARG},
    {"upvalues", STACK, "upvalues", "Shows the variables of enclosing functions.", NULL, NULL,
     names_upvalues, NULL, CMD_NO_ARG},
    {"retval rv", STACK, "retval", "Shows what this function is returning.",
     "At a --Return-- stop, the values that the function returns.", NULL, looking_retval, NULL,
     CMD_NO_ARG},
    {"exceptions", STACK, "exceptions [number]", "Shows the error that is looked at.",
     "With the number 0, goes back to the frame that raised it.", NULL, looking_exceptions, NULL,
     0},

    {"l(ist)", LOOKING, "l(ist) [first[, last] | .]", "Shows source around the current line.",
     "Without argument, 11 lines around the current line, or what follows\n"
     "the last listing. With \".\", around the current line again. With one\n"
     "number, 11 lines around that line. With two, that range; when the\n"
     "second is less than the first, it is a count.\n"
     "\n"
     "\"->\" marks the current line, \"B\" a line with a breakpoint.",
     "list 1, 20", looking_list, NULL, 0},
    {"longlist ll", LOOKING, "ll | longlist", "Shows the whole source of this function.", NULL,
     NULL, looking_longlist, NULL, CMD_NO_ARG},
    {"p", LOOKING, "p expression", "Prints the value of an expression.",
     "Prints the values of a list of expressions, on one line. A value's own\n"
     "__tostring and __name are used, within limits; after `p --raw` they are not.",
     "p balance, #history", looking_p, NULL, CMD_NEEDS_ARG},
    {"pp", LOOKING, "pp expression", "Prints a value over several lines.", NULL, "pp account",
     looking_pp, NULL, CMD_NEEDS_ARG},
    {"whatis", LOOKING, "whatis expression", "Prints the type of a value.",
     "For a function, what it is called and where it is defined.", "whatis print", looking_whatis,
     NULL, CMD_NEEDS_ARG},
    {"info", LOOKING, "info [function]", "Shows what is known of a function.",
     "Where it is defined, its parameters and upvalues, its lines with code:\n"
     "of the value of an expression, or of the function with that name.\n"
     "Without argument, of the one that is looked at.",
     "info Bank.transfer", names_info, complete_place, 0},
    {"source", LOOKING, "source expression", "Shows the source of a function.", NULL,
     "source Account.deposit", looking_source, NULL, CMD_NEEDS_ARG},
    {"display", LOOKING, "display [expression]", "Shows a value whenever it has changed.",
     "Evaluates the expression at each stop in the current function, and\n"
     "shows the value when it is another one than before; of tables, when\n"
     "it is another table. Without argument, lists what is displayed here.",
     "display self.balance", display_display, NULL, 0},
    {"undisplay", LOOKING, "undisplay [expression]", "Displays an expression no more.",
     "Without argument, none of those in the current function.", NULL, display_undisplay,
     display_complete, 0},
    {"debug", DEBUGGER, "debug code", "Runs a statement under a debugger of its own.",
     "The statement runs in the current frame and is stepped through from\n"
     "its beginning, at a prompt with one more pair of parentheses. quit\n"
     "comes back to this one.",
     "debug Bank.transfer(a, b, 10)", nested_debug, NULL, CMD_NEEDS_ARG},
    {"interact", DEBUGGER, "interact", "A small interpreter on a copy of the frame's names.",
     "What is assigned there stays there; tables are the program's own.\n"
     "exit() or Ctrl-D comes back.",
     NULL, nested_interact, NULL, CMD_NO_ARG},

    {"h(elp)", DEBUGGER, "h(elp) [command]", "Shows the commands, or what one of them does.", NULL,
     "help break", cmd_do_help, cmd_complete_help, 0},
    {"alias", DEBUGGER, "alias [name [command]]", "Makes a name stand for a command.",
     "In the command, %1, %2, ... stand for the words given to the name,\n"
     "and %* for all of them. Without command, shows what the name stands\n"
     "for; without argument, all aliases. The command may be an alias\n"
     "itself, and a name may hide a command.",
     "alias field p self.%1", cmd_do_alias, cmd_complete_alias, CMD_RAW},
    {"unalias", DEBUGGER, "unalias name", "Forgets an alias.", NULL, NULL, cmd_do_unalias,
     cmd_complete_alias, CMD_NEEDS_ARG},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0},
};

const struct cmd_topic commands_topics[] = {
    {"exec", "(!) statement\n"
             "\n"
             "Runs Lua statements in the frame that is looked at, or prints the\n"
             "values of expressions. The exclamation mark is needed only when the\n"
             "first word is a command, too:\n"
             "(xdb) !n = 42\n"
             "(xdb)\n"
             "\n"
             "Names are the frame's locals, then its upvalues, then globals;\n"
             "assignments go to the same places. What is not complete goes on in\n"
             "the next line, after the prompt \"...\".\n"},
    {"xdb", "The debugger for Lua programs.\n"
            "\n"
            "The program stands still before a line, which the banner shows:\n"
            "> FILE(LINE)FUNCTION()\n"
            "-> the line\n"
            "\n"
            "Commands may be shortened as their usage shows: \"s(tep)\" is s or\n"
            "step. An empty line repeats the last command. \";;\" separates several\n"
            "commands on a line. A line that begins with no command is Lua: see\n"
            "\"help exec\". Ctrl-C stops the running program, Ctrl-D leaves.\n"},
    {NULL, NULL},
};
