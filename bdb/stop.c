#include "bdb/stop.h"

#include <stddef.h>

static const struct stop_frame nowhere = {NULL, NULL};

static void set(struct stop *s, enum stop_mode mode, struct stop_frame target)
{
    s->mode = mode;
    s->target = target;
    s->line = 0;
    s->origin = nowhere;
    s->origin_line = 0;
}

void stop_set_continue(struct stop *s)
{
    set(s, STOP_CONTINUE, nowhere);
}

void stop_set_step(struct stop *s, struct stop_frame origin, int line)
{
    set(s, STOP_STEP, nowhere);
    s->origin = origin;
    s->origin_line = line;
}

void stop_set_next(struct stop *s, struct stop_frame target, struct stop_frame origin, int line)
{
    set(s, STOP_NEXT, target);
    s->origin = origin;
    s->origin_line = line;
}

void stop_set_until(struct stop *s, struct stop_frame target, int until)
{
    set(s, STOP_UNTIL, target);
    s->line = until;
}

void stop_set_return(struct stop *s, struct stop_frame target)
{
    set(s, STOP_RETURN, target);
}

void stop_set_leave(struct stop *s, struct stop_frame target, struct stop_frame origin, int line)
{
    set(s, STOP_LEAVE, target);
    s->origin = origin;
    s->origin_line = line;
}

bool stop_on_line(const struct stop *s, struct stop_frame frame, int line)
{
    bool here = s->origin_line == line && line > 0 && stop_same(s->origin, frame);
    switch (s->mode) {
    case STOP_STEP:
        return !here;
    case STOP_NEXT:
        return !here && stop_same(s->target, frame);
    case STOP_UNTIL:
        return line >= s->line && stop_same(s->target, frame);
    case STOP_RETURN:
    case STOP_LEAVE:
    case STOP_CONTINUE:
        break;
    }
    return false;
}

bool stop_on_call(const struct stop *s)
{
    return s->mode == STOP_STEP;
}

bool stop_on_return(const struct stop *s, struct stop_frame frame)
{
    return s->mode == STOP_STEP ||
           (stop_has_target(s) && s->mode != STOP_LEAVE && stop_same(s->target, frame));
}

bool stop_on_error(const struct stop *s, bool unwinds_target)
{
    return s->mode == STOP_STEP || (stop_has_target(s) && unwinds_target);
}

void stop_lost(struct stop *s, struct stop_frame heir)
{
    if (!stop_has_target(s))
        return;
    if (s->mode == STOP_LEAVE)
        stop_set_step(s, s->origin, s->origin_line);
    else if (heir.ci)
        set(s, STOP_NEXT, heir);
    else
        set(s, STOP_STEP, nowhere);
}

bool stop_wants_lines(const struct stop *s, struct stop_frame frame)
{
    return s->mode == STOP_STEP ||
           ((s->mode == STOP_NEXT || s->mode == STOP_UNTIL) && stop_same(s->target, frame));
}
