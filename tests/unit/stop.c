/* bdb/stop: the policy as tables of events (BDB-045, 061, 070-075, 082). */
#include "bdb/stop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Frames A (the caller), B (its callee) on one thread, C on another. */
static const char one, two, a, b;
static const struct stop_frame A = {&one, &a}, B = {&one, &b}, C = {&two, &a}, NONE = {0};

enum event { LINE, CALL, RET, ERR, UNWINDS };

struct row {
    enum event event;
    struct stop_frame frame;
    int line;
    bool stops;
};

static void expect(const struct stop *s, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *r = &rows[i];
        bool stops = false;
        switch (r->event) {
        case LINE:
            stops = stop_on_line(s, r->frame, r->line);
            break;
        case CALL:
            stops = stop_on_call(s);
            break;
        case RET:
            stops = stop_on_return(s, r->frame);
            break;
        case ERR:
        case UNWINDS:
            stops = stop_on_error(s, r->event == UNWINDS);
            break;
        }
        if (stops != r->stops)
            fail_msg("row %zu: stops is %d", i, stops);
    }
}

#define EXPECT(s, ...)                                                                             \
    do {                                                                                           \
        const struct row rows[] = {__VA_ARGS__};                                                   \
        expect(s, rows, sizeof rows / sizeof *rows);                                               \
    } while (0)

static void continue_stops_nowhere(void **state)
{
    (void)state;
    struct stop s;
    stop_set_continue(&s);
    EXPECT(&s, {LINE, A, 1, false}, {CALL, B, 0, false}, {RET, A, 0, false}, {ERR, A, 0, false},
           {UNWINDS, A, 0, false});
    assert_false(stop_wants_lines(&s, A));
}

static void step_stops_anywhere_but_on_its_own_line(void **state)
{
    (void)state;
    struct stop s;
    stop_set_step(&s, A, 5);
    EXPECT(&s, {LINE, A, 5, false}, {LINE, B, 5, true}, {LINE, C, 5, true}, {LINE, A, 6, true},
           {CALL, B, 0, true}, {RET, B, 0, true}, {ERR, B, 0, true});
    assert_true(stop_wants_lines(&s, C));
}

static void next_stays_in_its_frame(void **state)
{
    (void)state;
    struct stop s;
    stop_set_next(&s, A, A, 5);
    EXPECT(&s, {LINE, A, 5, false}, {LINE, A, 4, true}, {LINE, A, 6, true}, {LINE, B, 6, false},
           {LINE, C, 6, false}, {CALL, B, 0, false}, {RET, B, 0, false}, {RET, A, 0, true},
           {RET, C, 0, false}, {ERR, B, 0, false}, {UNWINDS, B, 0, true});
    assert_true(stop_wants_lines(&s, A));
    assert_false(stop_wants_lines(&s, B));
}

static void next_in_a_caller_does_not_excuse_a_line_of_it(void **state)
{
    (void)state;
    struct stop s;
    stop_set_next(&s, A, B, 5); /* given in B after `up` */
    EXPECT(&s, {LINE, A, 5, true}, {LINE, B, 6, false});
}

static void until_wants_a_line_not_below(void **state)
{
    (void)state;
    struct stop s;
    stop_set_until(&s, A, 8);
    EXPECT(&s, {LINE, A, 7, false}, {LINE, A, 8, true}, {LINE, A, 80, true}, {LINE, B, 9, false},
           {RET, A, 0, true}, {CALL, B, 0, false});
}

static void return_wants_the_return_only(void **state)
{
    (void)state;
    struct stop s;
    stop_set_return(&s, B);
    EXPECT(&s, {LINE, B, 6, false}, {LINE, A, 6, false}, {RET, A, 0, false}, {RET, B, 0, true},
           {UNWINDS, B, 0, true});
    assert_false(stop_wants_lines(&s, B));
}

static void a_step_in_a_waiting_frame_begins_when_the_other_has_returned(void **state)
{
    (void)state;
    struct stop s;
    stop_set_leave(&s, B, A, 5);
    EXPECT(&s, {LINE, B, 6, false}, {CALL, C, 0, false}, {LINE, C, 1, false}, {RET, C, 0, false},
           {RET, B, 0, false}, {ERR, B, 0, false}, {UNWINDS, B, 0, true});
    assert_false(stop_wants_lines(&s, B));
    stop_lost(&s, A);
    EXPECT(&s, {LINE, A, 5, false}, {LINE, A, 6, true}, {CALL, C, 0, true}, {LINE, C, 1, true});
}

static void a_lost_target_hands_over_to_its_heir(void **state)
{
    (void)state;
    struct stop s;
    stop_set_return(&s, B);
    stop_lost(&s, A);
    EXPECT(&s, {LINE, A, 5, true}, {LINE, B, 5, false}, {RET, A, 0, true});
    stop_lost(&s, NONE);
    EXPECT(&s, {LINE, C, 1, true}, {CALL, B, 0, true});
    stop_set_continue(&s);
    stop_lost(&s, A);
    EXPECT(&s, {LINE, A, 5, false});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(continue_stops_nowhere),
        cmocka_unit_test(step_stops_anywhere_but_on_its_own_line),
        cmocka_unit_test(next_stays_in_its_frame),
        cmocka_unit_test(next_in_a_caller_does_not_excuse_a_line_of_it),
        cmocka_unit_test(until_wants_a_line_not_below),
        cmocka_unit_test(return_wants_the_return_only),
        cmocka_unit_test(a_step_in_a_waiting_frame_begins_when_the_other_has_returned),
        cmocka_unit_test(a_lost_target_hands_over_to_its_heir),
    };
    return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
