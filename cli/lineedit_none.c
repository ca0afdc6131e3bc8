/* Built without readline and libedit: lines are read plainly, also from a terminal. */
#include "cli/lineedit_state.h"

bool editor_exists(void)
{
    return false;
}

int editor_read(struct lineedit *le, const char *prompt, struct buffer *line)
{
    (void)le, (void)prompt, (void)line;
    return LINE_EOF;
}

void editor_restore(void)
{
}
