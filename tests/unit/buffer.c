/* core/buffer: growing, cutting, handing over. */
#include "core/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void an_empty_buffer_is_an_empty_string(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b);
    assert_string_equal(b.data, "");
    buffer_release(&b);
    buffer_release(&b);
}

static void text_grows_and_keeps_its_zeros(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b);
    for (int i = 0; i < 1000; i++)
        buffer_addf(&b, "%d,", i % 10);
    assert_int_equal(b.len, 2000);
    assert_memory_equal(b.data + 1990, "5,6,7,8,9,", 11);
    buffer_truncate(&b, 2);
    buffer_add(&b, "\0x", 2);
    assert_int_equal(b.len, 4);
    assert_memory_equal(b.data, "0,\0x", 5);
    buffer_release(&b);
}

static void detach_hands_the_text_over(void **state)
{
    (void)state;
    struct buffer b;
    size_t len = 9;
    buffer_init(&b);
    char *nothing = buffer_detach(&b, &len);
    assert_string_equal(nothing, "");
    assert_int_equal(len, 0);
    free(nothing);
    buffer_adds(&b, "text");
    char *text = buffer_detach(&b, NULL);
    assert_string_equal(text, "text");
    assert_int_equal(b.len, 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_string),
        cmocka_unit_test(text_grows_and_keeps_its_zeros),
        cmocka_unit_test(detach_hands_the_text_over),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
