#include "cli/completion.h"

#include <string.h>

const char *const completion_shells[] = {"bash", "zsh", "fish", NULL};

static bool is_option(const struct option_row *row)
{
    return row->kind != OPTION_GROUP && !(row->flags & OPTION_HIDDEN);
}

/* Whether the next word is its argument. */
static bool takes_word(const struct option_row *row)
{
    return row->arg && !(row->flags & OPTION_ATTACHED);
}

/* What is offered after the operands that are told one by one. */
static enum option_offer offer_of_rest(const struct options *spec)
{
    enum option_offer offer = OFFER_NOTHING;
    for (const struct option_operand *o = spec->operands; o && o->name; o++)
        offer = o->max == 0 ? o->offer : offer;
    return offer;
}

/* Whether one of the options or operands can be such a thing. */
static bool offers(const struct options *spec, enum option_offer offer)
{
    for (const struct option_operand *o = spec->operands; o && o->name; o++)
        if (o->offer == offer)
            return true;
    return false;
}

/* The first sentence, without its full stop, as part of a text between single quotes. */
static void summary(struct buffer *out, const char *help, const char *special)
{
    const char *end = help ? strstr(help, ". ") : NULL;
    if (help && !end)
        end = help + strlen(help) - (*help && help[strlen(help) - 1] == '.');
    for (const char *s = help; s < end; s++) {
        if (*s == '\'')
            buffer_adds(out, "'\\'");
        else if (strchr(special, *s))
            buffer_addc(out, '\\');
        buffer_addc(out, *s);
    }
}

static const char *last_word(const char *text)
{
    const char *space = strrchr(text, ' ');
    return space ? space + 1 : text;
}

/* The command's name as part of a shell function's name. */
static void add_identifier(struct buffer *out, const char *prog)
{
    for (; *prog; prog++)
        buffer_addc(out, strchr(" -.", *prog) ? '_' : *prog);
}

static void add_choices(struct buffer *out, const struct option_row *row, const char *between)
{
    for (const char *const *c = row->choices; *c; c++)
        buffer_addf(out, "%s%s", c == row->choices ? "" : between, *c);
}

/* ---- bash ------------------------------------------------------------------------------------- */

static void bash_action(struct buffer *out, enum option_offer offer)
{
    switch (offer) {
    case OFFER_FOLDERS:
        buffer_adds(out, "COMPREPLY=($(compgen -d -- \"$cur\"))");
        break;
    case OFFER_SCRIPTS:
        buffer_adds(out,
                    "COMPREPLY=($(compgen -f -X '!*.lua' -- \"$cur\") $(compgen -d -- \"$cur\"))");
        break;
    case OFFER_FILES:
        buffer_adds(out, "COMPREPLY=($(compgen -f -- \"$cur\"))");
        break;
    default:
        buffer_adds(out, "COMPREPLY=()");
    }
}

/* `-s|--sort) what follows it;;` for the options whose argument is a word of its own. */
static void bash_arguments(struct buffer *out, const struct option_row *rows)
{
    for (const struct option_row *row = rows; row->kind != OPTION_END; row++) {
        if (!is_option(row) || !takes_word(row))
            continue;
        buffer_adds(out, "    ");
        if (row->letter)
            buffer_addf(out, "-%c%s", row->letter, row->name ? "|" : "");
        if (row->name)
            buffer_addf(out, "--%s", row->name);
        buffer_adds(out, ") ");
        if (row->choices) {
            buffer_adds(out, "COMPREPLY=($(compgen -W '");
            add_choices(out, row, " ");
            buffer_adds(out, "' -- \"$cur\"))");
        } else {
            bash_action(out, row->offer);
        }
        buffer_adds(out, "; return;;\n");
    }
}

/* The words that choose a subcommand. */
static void add_subcommands(struct buffer *out, const struct options *spec)
{
    for (const struct options *const *sub = spec->subcommands; sub && *sub; sub++)
        buffer_addf(out, "%s%s", sub == spec->subcommands ? "" : " ", last_word((*sub)->prog));
}

static void bash_subcommands(struct buffer *out, const struct options *spec)
{
    buffer_adds(out, "    if (( COMP_CWORD > 1 )); then\n        case ${COMP_WORDS[1]} in\n");
    for (const struct options *const *sub = spec->subcommands; *sub; sub++) {
        buffer_addf(out, "        %s) _", last_word((*sub)->prog));
        add_identifier(out, (*sub)->prog);
        buffer_adds(out, "; return;;\n");
    }
    buffer_adds(out, "        esac\n    fi\n");
}

static void bash_function(struct buffer *out, const struct options *spec)
{
    buffer_addc(out, '_');
    add_identifier(out, spec->prog);
    buffer_adds(out, "()\n{\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                     "    local IFS=$' \\n'\n"
                     "    [[ $cur == = ]] && cur=\n"
                     "    [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n");
    if (spec->subcommands)
        bash_subcommands(out, spec);
    buffer_adds(out, "    case $prev in\n");
    bash_arguments(out, spec->rows);
    buffer_adds(out, "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W '");
    for (const struct option_row *row = spec->rows; row->kind != OPTION_END; row++) {
        if (is_option(row) && row->name)
            buffer_addf(out, "--%s ", row->name);
        if (is_option(row) && row->letter)
            buffer_addf(out, "-%c ", row->letter);
    }
    buffer_adds(out, "' -- \"$cur\"))\n    ");
    if (offers(spec, OFFER_SCRIPTS)) { /* until there is one */
        buffer_adds(
            out, "elif [[ \" ${COMP_WORDS[*]:1:COMP_CWORD-1} \" != *.lua\\ * ]]; then\n        ");
        bash_action(out, OFFER_SCRIPTS);
        buffer_adds(out, "\n    ");
    }
    buffer_adds(out, "else\n        ");
    bash_action(out, offer_of_rest(spec));
    buffer_adds(out, "\n    fi\n");
    if (spec->subcommands) {
        buffer_adds(out, "    (( COMP_CWORD == 1 )) && COMPREPLY+=($(compgen -W '");
        add_subcommands(out, spec);
        buffer_adds(out, "' -- \"$cur\"))\n");
    }
    buffer_adds(out, "}\n");
}

static void bash(struct buffer *out, const struct options *spec)
{
    for (const struct options *const *sub = spec->subcommands; sub && *sub; sub++)
        bash_function(out, *sub);
    bash_function(out, spec);
    buffer_adds(out, "complete -o filenames -F _");
    add_identifier(out, spec->prog);
    buffer_addf(out, " %s\n", spec->prog);
}

/* ---- zsh -------------------------------------------------------------------------------------- */

static const char *zsh_action(enum option_offer offer)
{
    switch (offer) {
    case OFFER_FOLDERS:
        return "_files -/";
    case OFFER_SCRIPTS:
        return "_files -g \"*.lua\"";
    case OFFER_FILES:
        return "_files";
    default:
        return "";
    }
}

/* `--sort=[sort by]:KEY:(time calls)`; one for each of the two names. */
static void zsh_option(struct buffer *out, const struct option_row *row, bool is_long)
{
    bool repeats = row->kind == OPTION_LIST || row->kind == OPTION_COUNT;
    buffer_addf(out, "    '%s", repeats ? "*" : "");
    if (is_long)
        buffer_addf(out, "--%s%s", row->name, takes_word(row) ? "=" : row->arg ? "=-" : "");
    else
        buffer_addf(out, "-%c%s", row->letter, takes_word(row) ? "+" : row->arg ? "-" : "");
    buffer_addc(out, '[');
    summary(out, row->help, "[]:\\");
    buffer_addc(out, ']');
    if (row->arg) {
        buffer_addf(out, "%s:%s:", takes_word(row) ? "" : ":", row->arg);
        if (row->choices) {
            buffer_addc(out, '(');
            add_choices(out, row, " ");
            buffer_addc(out, ')');
        } else {
            buffer_adds(out, zsh_action(row->offer));
        }
    }
    buffer_adds(out, "' \\\n");
}

static void zsh_arguments(struct buffer *out, const struct options *spec)
{
    buffer_addf(out, "_arguments -s%s \\\n", spec->mixed ? "" : " -A \"-*\"");
    for (const struct option_row *row = spec->rows; row->kind != OPTION_END; row++) {
        if (is_option(row) && row->letter)
            zsh_option(out, row, false);
        if (is_option(row) && row->name)
            zsh_option(out, row, true);
    }
    int place = 1;
    for (const struct option_operand *o = spec->operands; o && o->name; o++) {
        if (o->max == 0)
            buffer_adds(out, "    '*");
        else
            buffer_addf(out, "    '%d", place++);
        buffer_addf(out, ":%s:%s' \\\n", o->name, zsh_action(o->offer));
    }
    buffer_adds(out, "    && return 0\n");
}

static void zsh(struct buffer *out, const struct options *spec)
{
    buffer_addf(out, "#compdef %s\n", spec->prog);
    for (const struct options *const *sub = spec->subcommands; sub && *sub; sub++) {
        buffer_addf(out, "if (( CURRENT > 2 )) && [[ $words[2] == %s ]]; then\n",
                    last_word((*sub)->prog));
        buffer_adds(out, "shift words; (( CURRENT-- ))\n");
        zsh_arguments(out, *sub);
        buffer_adds(out, "return 1\nfi\n");
    }
    if (spec->subcommands) {
        buffer_adds(out, "(( CURRENT == 2 )) && compadd -- ");
        add_subcommands(out, spec);
        buffer_addc(out, '\n');
    }
    zsh_arguments(out, spec);
}

/* ---- fish ------------------------------------------------------------------------------------- */

static void fish_option(struct buffer *out, const char *prog, const char *condition,
                        const struct option_row *row)
{
    bool files = row->offer == OFFER_FILES || row->offer == OFFER_SCRIPTS;
    buffer_addf(out, "complete -c %s%s", prog, condition);
    if (row->letter)
        buffer_addf(out, " -s %c", row->letter);
    if (row->name)
        buffer_addf(out, " -l %s", row->name);
    if (takes_word(row))
        buffer_adds(out, files ? " -r -F" : " -x");
    if (row->choices) {
        buffer_adds(out, " -a '");
        add_choices(out, row, " ");
        buffer_addc(out, '\'');
    } else if (row->offer == OFFER_FOLDERS) {
        buffer_adds(out, " -a '(__fish_complete_directories)'");
    }
    buffer_adds(out, " -d '");
    summary(out, row->help, "\\");
    buffer_adds(out, "'\n");
}

static void fish_options(struct buffer *out, const struct options *spec, const char *prog,
                         const char *condition)
{
    for (const struct option_row *row = spec->rows; row->kind != OPTION_END; row++)
        if (is_option(row))
            fish_option(out, prog, condition, row);
}

/* A condition of fish's on the subcommand that was typed; `word` NULL: that there was none. */
static void fish_condition(struct buffer *out, const struct options *spec, const char *word)
{
    buffer_adds(out, word ? " -n '__fish_seen_subcommand_from "
                          : " -n 'not __fish_seen_subcommand_from ");
    if (word)
        buffer_adds(out, word);
    else
        add_subcommands(out, spec);
    buffer_addc(out, '\'');
}

static void fish(struct buffer *out, const struct options *spec)
{
    struct buffer condition;
    buffer_init(&condition);
    buffer_addf(out, "complete -c %s %s\n", spec->prog, spec->operands ? "-F" : "-f");
    for (const struct options *const *sub = spec->subcommands; sub && *sub; sub++) {
        buffer_clear(&condition);
        fish_condition(&condition, spec, last_word((*sub)->prog));
        fish_options(out, *sub, spec->prog, condition.data);
    }
    buffer_clear(&condition);
    if (spec->subcommands) {
        fish_condition(&condition, spec, NULL);
        buffer_addf(out, "complete -c %s -n __fish_is_first_arg -a '", spec->prog);
        add_subcommands(out, spec);
        buffer_adds(out, "'\n");
    }
    fish_options(out, spec, spec->prog, condition.data ? condition.data : "");
    out->failed |= condition.failed;
    buffer_release(&condition);
}

/* ----------------------------------------------------------------------------------------------- */

void completion_script(const struct options *spec, int shell, struct buffer *out)
{
    static void (*const makers[])(struct buffer *, const struct options *) = {bash, zsh, fish};
    makers[shell](out, spec);
}
