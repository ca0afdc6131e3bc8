#include "tests/soak/oracle.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1 << 16, MOST_EVENTS = 3000000, MOST_THREADS = 1 << 14 };

/* ---- recording -------------------------------------------------------------------------------- */

struct slot {
    const lua_State *L;
    const void *ci;
    int frame;
};

static struct {
    struct oracle_event *events;
    int n, room, frames;
    struct slot slots[SLOTS]; /* which frame a CallInfo is now */
    lua_State *chain[MOST_THREADS];
    int numbers[MOST_THREADS]; /* of the chain's threads */
    int depth;
    char **sources;
    int nsources;
    lua_CFunction close; /* coroutine.close */
    int closing, closer; /* thread that is closed, frame that does it; the last one */
} rec;

static struct slot *slot_of(const lua_State *L, const void *ci)
{
    size_t i = (((size_t)L >> 4) * 31 + ((size_t)ci >> 4)) % SLOTS;
    while (rec.slots[i].ci && (rec.slots[i].ci != ci || rec.slots[i].L != L))
        i = (i + 1) % SLOTS;
    return &rec.slots[i];
}

static int frame_of(const lua_State *L, const void *ci, bool fresh)
{
    struct slot *s = slot_of(L, ci);
    if (!s->ci || fresh)
        *s = (struct slot){L, ci, rec.frames++};
    return s->frame;
}

static int thread_number(lua_State *L)
{
    return frame_of(L, L, false);
}

static struct oracle_event *new_event(void)
{
    if (rec.n == rec.room) {
        rec.room = rec.room * 2 + 1024;
        rec.events = realloc(rec.events, (size_t)rec.room * sizeof *rec.events);
    }
    struct oracle_event *e = &rec.events[rec.n++];
    memset(e, 0, sizeof *e);
    return e;
}

static void note_death(int thread)
{
    *new_event() = (struct oracle_event){.kind = 'D', .thread = thread, .frame = -1, .below = -1};
}

/* Keeps the chain of resumes: a thread that is not on it has been resumed by the last one. */
static void switch_to(lua_State *L)
{
    int at = rec.depth - 1;
    while (at >= 0 && rec.chain[at] != L)
        at--;
    if (at < 0) {
        rec.chain[rec.depth] = L;
        rec.numbers[rec.depth++] = thread_number(L);
        return;
    }
    while (rec.depth - 1 > at) {
        lua_Debug ar;
        lua_State *left = rec.chain[--rec.depth];
        if (lua_status(left) > LUA_YIELD || !lua_getstack(left, 0, &ar))
            note_death(rec.numbers[rec.depth]);
    }
}

/* Notes which coroutine is being closed, and, when that is done, that it is dead. */
static void watch_close(lua_State *L, lua_Debug *ar, int frame, bool call)
{
    if (call && lua_getinfo(L, "f", ar)) {
        bool closes = lua_tocfunction(L, -1) == rec.close;
        lua_pop(L, 1);
        if (closes && lua_getlocal(L, ar, 1)) {
            lua_State *co = lua_tothread(L, -1);
            lua_pop(L, 1);
            rec.closing = co ? thread_number(co) : -1;
            rec.closer = frame;
        }
    } else if (!call && frame == rec.closer)
        note_death(rec.closing);
}

static int source_number(const char *name)
{
    for (int i = 0; i < rec.nsources; i++)
        if (strcmp(rec.sources[i], name) == 0)
            return i;
    rec.sources = realloc(rec.sources, (size_t)(rec.nsources + 1) * sizeof *rec.sources);
    rec.sources[rec.nsources] = strdup(name);
    return rec.nsources++;
}

static void find_below(struct oracle_event *e)
{
    e->below = -1;
    for (int i = rec.depth - 1; i >= 0; i--) {
        lua_Debug ar;
        for (int level = i == rec.depth - 1; lua_getstack(rec.chain[i], level, &ar); level++) {
            lua_getinfo(rec.chain[i], "S", &ar);
            if (*ar.what == 'C')
                continue;
            e->below = frame_of(rec.chain[i], ar.i_ci, false);
            e->below_thread = rec.numbers[i];
            return;
        }
    }
}

static void on_event(lua_State *L, lua_Debug *ar)
{
    if (rec.n >= MOST_EVENTS)
        return;
    bool call = ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKTAILCALL;
    switch_to(L);
    lua_getinfo(L, "Sl", ar);
    int frame = frame_of(L, ar->i_ci, call);
    if (*ar->what == 'C' && ar->event != LUA_HOOKLINE)
        watch_close(L, ar, frame, call);
    struct oracle_event *e = new_event();
    e->kind = ar->event == LUA_HOOKCALL       ? 'C'
              : ar->event == LUA_HOOKTAILCALL ? 'T'
              : ar->event == LUA_HOOKRET      ? 'R'
                                              : 'L';
    e->lua = *ar->what != 'C';
    e->thread = rec.numbers[rec.depth - 1];
    e->frame = frame;
    e->line = call && ar->linedefined > 0 ? ar->linedefined : ar->currentline;
    e->linedefined = ar->linedefined;
    e->lastlinedefined = ar->lastlinedefined;
    e->source = source_number(ar->source);
    find_below(e);
}

void oracle_record(lua_State *L)
{
    rec.closer = -1;
    lua_getglobal(L, "coroutine");
    lua_getfield(L, -1, "close");
    rec.close = lua_tocfunction(L, -1);
    lua_pop(L, 2);
    lua_sethook(L, on_event, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
}

void oracle_save(const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return;
    int full = rec.n >= MOST_EVENTS;
    fwrite(&full, sizeof full, 1, f);
    fwrite(&rec.n, sizeof rec.n, 1, f);
    fwrite(rec.events, sizeof *rec.events, (size_t)rec.n, f);
    fwrite(&rec.nsources, sizeof rec.nsources, 1, f);
    for (int i = 0; i < rec.nsources; i++) {
        size_t len = strlen(rec.sources[i]);
        fwrite(&len, sizeof len, 1, f);
        fwrite(rec.sources[i], 1, len, f);
    }
    fclose(f);
}

/* ---- foretelling ------------------------------------------------------------------------------ */

static int entered(const struct oracle *o, int frame)
{
    return frame >= 0 && frame < o->nframes ? o->entered[frame] : 0;
}

/* Notes at which event each frame is met first. */
static void index_frames(struct oracle *o)
{
    for (int i = 0; i < o->n; i++)
        if (o->events[i].frame >= o->nframes)
            o->nframes = o->events[i].frame + 1;
    o->entered = calloc((size_t)o->nframes + 1, sizeof *o->entered);
    for (int i = o->n - 1; i >= 0; i--)
        if (o->events[i].frame >= 0)
            o->entered[o->events[i].frame] = i;
}

bool oracle_load(struct oracle *o, const char *path, const char *script)
{
    int full;
    FILE *f = fopen(path, "rb");
    if (!f || fread(&full, sizeof full, 1, f) != 1 || full || fread(&o->n, sizeof o->n, 1, f) != 1)
        return false;
    o->events = malloc(((size_t)o->n + 1) * sizeof *o->events);
    if (fread(o->events, sizeof *o->events, (size_t)o->n, f) != (size_t)o->n ||
        fread(&o->nsources, sizeof o->nsources, 1, f) != 1)
        return false;
    o->sources = calloc((size_t)o->nsources + 1, sizeof *o->sources);
    o->script = -1;
    for (int i = 0; i < o->nsources; i++) {
        size_t len;
        if (fread(&len, sizeof len, 1, f) != 1)
            return false;
        o->sources[i] = calloc(1, len + 1);
        if (fread(o->sources[i], 1, len, f) != len)
            return false;
        if (o->sources[i][0] == '@' && strcmp(o->sources[i] + 1, script) == 0)
            o->script = i;
    }
    fclose(f);
    index_frames(o);
    o->at = -1;
    return true;
}

int oracle_caller(const struct oracle *o)
{
    if (o->at < 0 || o->at >= o->n || o->events[o->at].below_thread != o->events[o->at].thread)
        return -1;
    return o->events[o->at].below;
}

static void aim(struct oracle *o, char command, int frame, int thread)
{
    o->command = command;
    o->target = frame;
    o->thread = thread;
    o->order = frame >= 0 ? entered(o, frame) : 0;
    o->origin_line = 0;
    o->returned = o->dead = false;
}

void oracle_command(struct oracle *o, char command, int caller, int line, int origin_line)
{
    const struct oracle_event *e = o->at >= 0 && o->at < o->n ? &o->events[o->at] : NULL;
    char small = (char)tolower((unsigned char)command);
    snprintf(o->told, sizeof o->told, "%c at %c line %d, event %d, frame %d%s", command,
             e ? e->kind : '-', e ? e->line : 0, o->at, e ? e->frame : -1,
             command == 'u' || command == 'U' ? " until" : "");
    if (small == 's' || small == 'c' || !e)
        aim(o, small, -1, -1);
    else
        aim(o, small, caller >= 0 ? caller : e->frame, e->thread);
    o->line = line;
    if (origin_line > 0 && e && (small == 's' || small == 'n')) {
        o->origin = e->frame;
        o->origin_line = origin_line;
    }
    if (e && e->kind == 'R' && o->target == e->frame)
        o->returned = true;
}

/* The target has gone: on in the frame that has control now, or, where there is none, at any event. */
static void inherit(struct oracle *o, int heir, int thread)
{
    if (heir >= 0)
        aim(o, 'n', heir, thread);
    else
        aim(o, 's', -1, -1);
}

/* Who is called tells who is still there: the newest of the frames that `e` stands on which is not newer than
** the target. The target itself, or one that has survived it.
*/
static int survivor(const struct oracle *o, const struct oracle_event *e, int *thread)
{
    int frame = e->below;
    *thread = e->below_thread;
    while (frame >= 0 && *thread == o->thread && entered(o, frame) > o->order) {
        const struct oracle_event *entry = &o->events[entered(o, frame)];
        frame = entry->below;
        *thread = entry->below_thread;
    }
    return frame;
}

/* What has become of the target when the event comes. */
static void follow(struct oracle *o, const struct oracle_event *e)
{
    if (o->target < 0 || e->frame == o->target)
        return;
    if (e->kind == 'D') {
        o->dead |= e->thread == o->thread;
        return;
    }
    bool replaced = e->kind == 'T' && e->thread == o->thread && e->below != o->target &&
                    o->events[o->order].below == e->below; /* perhaps by a tail call */
    bool older = e->thread == o->thread && entered(o, e->frame) < o->order;
    if (replaced && o->command == 'r')
        aim(o, 'r', e->frame, e->thread);
    else if (replaced)
        inherit(o, e->below, e->below_thread);
    else if (e->kind == 'C' && e->thread == o->thread) {
        int thread, frame = survivor(o, e, &thread);
        if (frame != o->target)
            inherit(o, frame, thread);
    } else if (older || o->dead) {
        if (e->lua)
            inherit(o, e->frame, e->thread);
        else
            inherit(o, e->below, e->below_thread);
    }
}

static bool commanded(const struct oracle *o, const struct oracle_event *e)
{
    bool here = o->origin_line > 0 && o->origin == e->frame && o->origin_line == e->line;
    if (!e->lua)
        return false;
    if (o->command == 's')
        return e->kind != 'L' || !here;
    if (o->command == 'c' || e->frame != o->target)
        return false;
    if (e->kind == 'R')
        return true;
    return e->kind == 'L' &&
           ((o->command == 'n' && !here) || (o->command == 'u' && e->line >= o->line));
}

/* Crosses the breakpoints of a line; true when one stops. */
static bool cross(struct oracle *o, const struct oracle_event *e)
{
    for (int i = 0; e->kind == 'L' && e->lua && e->source == o->script && i < o->npoints; i++) {
        struct oracle_point *p = &o->points[i];
        if (!p->exists || !p->enabled || p->line != e->line ||
            (p->function &&
             (p->linedefined != e->linedefined || p->lastlinedefined != e->lastlinedefined)))
            continue;
        p->hits++;
        if (p->truth == ORACLE_FALSE)
            continue;
        if (p->truth == ORACLE_TRUE && p->ignore > 0)
            p->ignore--;
        else {
            p->exists = !p->temporary || p->truth == ORACLE_ERROR;
            return true;
        }
    }
    return false;
}

void oracle_foretell(struct oracle *o, char *text, size_t size)
{
    if (o->at >= 0 && o->returned)
        inherit(o, o->events[o->at].below, o->events[o->at].below_thread);
    while (++o->at < o->n) {
        const struct oracle_event *e = &o->events[o->at];
        follow(o, e);
        o->stepped = commanded(o, e);
        if (o->stepped || cross(o, e)) {
            oracle_describe(text, size, e->kind == 'T' ? 'C' : e->kind, e->line,
                            o->sources[e->source], e->linedefined);
            return;
        }
    }
    snprintf(text, size, "the end");
}

void oracle_show(const struct oracle *o)
{
    char text[300];
    for (int i = 0; i < o->n; i++) {
        const struct oracle_event *e = &o->events[i];
        oracle_describe(text, sizeof text, e->kind, e->line, o->sources[e->source], e->linedefined);
        printf("%d: %s, frame %d on %d, below %d on %d%s\n", i, text, e->frame, e->thread, e->below,
               e->below_thread, e->lua ? "" : ", C");
    }
}

void oracle_describe(char *text, size_t size, char kind, int line, const char *source,
                     int linedefined)
{
    snprintf(text, size, "%c line %d of function %d in %.200s", kind, line, linedefined, source);
}
