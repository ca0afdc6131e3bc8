/* What was counted, as data: filled, added up, written, read, damaged, written by many at once. */
#include "core/buffer.h"
#include "core/file.h"
#include "trace/counts.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/xdb-counts-XXXXXX";
static struct xdb_error err;

static struct results_file *add_file(struct results *r, const char *name, uint64_t digest)
{
    struct results_file *f;
    assert_int_equal(results_file(r, name, strlen(name), digest, &f), 0);
    return f;
}

static struct results_branch branch(int line, int column, int64_t a, int64_t b)
{
    return (struct results_branch){.line = line,
                                   .column = column,
                                   .kind = BRANCH_IF,
                                   .target = {line + 1, 0},
                                   .count = {a, b}};
}

/* Something of everything. */
static struct results *sample(void)
{
    struct results *r = results_new();
    size_t context;
    results_set_flags(r, RESULTS_BRANCHES | RESULTS_ONLY_COVERED);
    struct results_file *f = add_file(r, "/p/a.lua", 0xabcdef);
    assert_int_equal(results_reserve_lines(f, 100), 0);
    for (int line = 3; line < 9; line++)
        assert_int_equal(results_add_line(f, line, line * 10), 0);
    assert_int_equal(results_add_line(f, 90, 0), 0);
    const struct results_branch b = branch(4, 7, 3, 0), c = branch(2, 1, 0, 0);
    assert_int_equal(results_add_branch(f, &b), 0);
    assert_int_equal(results_add_branch(f, &c), 0);
    assert_int_equal(results_add_function(f, "M.f \"x\"\n", 3, 9, 0, 12), 0);
    assert_int_equal(results_add_function(f, "<main>", 0, 0, 0, 1), 0);
    assert_int_equal(results_context(r, "test one", 8, &context), 0);
    for (int line = 4; line < 7; line++)
        assert_int_equal(results_add_covered(f, context, line), 0);
    assert_int_equal(results_add_covered(f, context, 90), 0);
    f = add_file(r, "/p/\xff\xfe.lua", 0);
    assert_int_equal(results_add_line(f, 1, 1), 0);
    add_file(r, "/p/\xc3\xa9.lua", 7);
    const struct results_call call = {{"/p/a.lua", "a", "f"}, {"/p/b.lua", "b", "g"}, 5};
    const struct results_call called = {{NULL, NULL, NULL}, {"/p/b.lua", "b", "g"}, 1};
    assert_int_equal(results_add_call(r, &call), 0);
    assert_int_equal(results_add_call(r, &called), 0);
    return r;
}

static char *text_of(struct results *r)
{
    struct buffer b;
    buffer_init(&b);
    counts_text(r, &b);
    return buffer_detach(&b, NULL);
}

static void lines_add_up_and_know_what_has_no_code(void **state)
{
    (void)state;
    struct results *r = results_new();
    struct results_file *f = add_file(r, "/a", 1);
    assert_int_equal(results_line(f, 1), RESULTS_NO_CODE);
    assert_int_equal(results_add_line(f, 5, 0), 0);
    assert_int_equal(results_add_line(f, 5, 2), 0);
    assert_int_equal(results_add_line(f, 5, 3), 0);
    assert_int_equal(results_line(f, 5), 5);
    assert_int_equal(results_line(f, 4), RESULTS_NO_CODE);
    assert_int_equal(results_line(f, 6), RESULTS_NO_CODE);
    assert_int_equal(results_line(f, 0), RESULTS_NO_CODE);
    assert_int_equal(results_add_line(f, 0, 1), XDB_EINVAL);
    assert_int_equal(results_add_line(f, RESULTS_MAX_LINE + 1, 1), XDB_EINVAL);
    assert_int_equal(results_add_line(f, 5, RESULTS_MAX_COUNT), 0);
    assert_true(results_line(f, 5) == RESULTS_MAX_COUNT);
    results_free(r);
}

static void branches_are_kept_in_order_and_apart(void **state)
{
    (void)state;
    struct results *r = results_new();
    struct results_file *f = add_file(r, "/a", 1);
    for (int line = 9; line > 0; line--) {
        struct results_branch b = branch(line, line % 3, line, 0);
        assert_int_equal(results_add_branch(f, &b), 0);
        b.nth = 1;
        assert_int_equal(results_add_branch(f, &b), 0);
        b.nth = 0;
        assert_int_equal(results_add_branch(f, &b), 0);
    }
    assert_int_equal(f->nbranches, 18);
    for (size_t i = 0; i < f->nbranches; i++) {
        assert_int_equal(f->branches[i].line, i / 2 + 1);
        assert_int_equal(f->branches[i].nth, i % 2);
        assert_true(f->branches[i].count[0] == (int64_t)(i / 2 + 1) * (i % 2 ? 1 : 2));
    }
    results_free(r);
}

static void two_texts_of_one_name_are_two_files(void **state)
{
    (void)state;
    struct results *r = results_new();
    struct results_file *a = add_file(r, "/a", 1), *b = add_file(r, "/a", 2);
    assert_ptr_not_equal(a, b);
    assert_ptr_equal(add_file(r, "/a", 1), a);
    assert_ptr_equal(results_find(r, "/a", 2, 2), b);
    assert_null(results_find(r, "/a", 2, 3));
    size_t n;
    struct results_file *const *all = results_files(r, &n);
    assert_int_equal(n, 2);
    assert_ptr_equal(all[0], a);
    results_free(r);
}

static void contexts_know_their_lines(void **state)
{
    (void)state;
    struct results *r = results_new();
    struct results_file *f = add_file(r, "/a", 1);
    size_t ids[3];
    const char *const names[] = {"one", "two", "three"};
    for (int i = 0; i < 3; i++)
        assert_int_equal(results_context(r, names[i], strlen(names[i]), &ids[i]), 0);
    assert_int_equal(results_add_covered(f, ids[2], 64), 0);
    assert_int_equal(results_add_covered(f, ids[0], 1), 0);
    assert_int_equal(results_add_covered(f, ids[2], 1000), 0);
    assert_true(results_covered(f, ids[2], 64) && results_covered(f, ids[2], 1000));
    assert_false(results_covered(f, ids[2], 65) || results_covered(f, ids[0], 64));
    assert_false(results_covered(f, ids[2], 100000) || results_covered(f, ids[2], -5));
    assert_true(results_has_context(f, ids[0]));
    assert_false(results_has_context(f, ids[1]));
    results_free(r);
}

static void a_file_of_counts_reads_back_the_same(void **state)
{
    (void)state;
    struct results *r = sample(), *back;
    char *text = text_of(r);
    assert_int_equal(counts_parse(text, strlen(text), "x", &back, &err), 0);
    char *again = text_of(back);
    assert_string_equal(text, again);
    const struct results_file *f = results_find(back, "/p/\xff\xfe.lua", 9, 0);
    assert_non_null(f);
    assert_int_equal(results_line(f, 1), 1);
    f = results_find(back, "/p/a.lua", 8, 0xabcdef);
    assert_int_equal(results_line(f, 8), 80);
    assert_int_equal(results_line(f, 9), RESULTS_NO_CODE);
    assert_string_equal(f->functions[1].name, "M.f \"x\"\n");
    assert_true(results_covered(f, 0, 6) && !results_covered(f, 0, 7) && results_covered(f, 0, 90));
    results_free(back);
    results_free(r);
    free(again);
    free(text);
}

static void merging_adds_and_loses_nothing(void **state)
{
    (void)state;
    struct results *a = sample(), *b = sample(), *all = results_new();
    struct results_file *f = add_file(b, "/p/only-in-b.lua", 3);
    size_t context, n;
    assert_int_equal(results_add_line(f, 2, 4), 0);
    assert_int_equal(results_context(b, "test two", 8, &context), 0);
    assert_int_equal(results_add_covered(f, context, 2), 0);
    assert_int_equal(results_merge(all, a, &err), 0);
    assert_int_equal(results_merge(all, b, &err), 0);
    f = results_find(all, "/p/a.lua", 8, 0xabcdef);
    assert_int_equal(results_line(f, 5), 100);
    assert_int_equal(results_line(f, 90), 0);
    assert_int_equal(f->branches[1].count[0], 6);
    assert_int_equal(f->functions[1].entries, 24);
    assert_int_equal(results_contexts(all), 2);
    f = results_find(all, "/p/only-in-b.lua", 16, 3);
    assert_int_equal(results_line(f, 2), 4);
    assert_true(results_covered(f, 1, 2));
    const struct results_call *calls = results_calls(all, &n);
    assert_int_equal(n, 2);
    assert_null(calls[0].caller.name);
    assert_int_equal(calls[1].count, 10);
    assert_int_equal(results_flags(all), RESULTS_BRANCHES | RESULTS_ONLY_COVERED);
    results_free(a);
    results_free(b);
    results_free(all);
}

/* Every prefix of a good file, and every byte of it changed. */
static void damaged_files_are_refused_or_harmless(void **state)
{
    (void)state;
    struct results *r = sample(), *back;
    char *text = text_of(r);
    size_t len = strlen(text);
    for (size_t n = 0; n + 2 < len; n++) {
        assert_int_equal(counts_parse(text, n, "x", &back, &err), XDB_EFORMAT);
        assert_null(strchr(err.text, '\n'));
    }
    for (size_t i = 0; i < len; i++) {
        char kept = text[i];
        for (int c = 0; c < 3; c++) {
            text[i] = "9]\xff"[c];
            if (counts_parse(text, len, "x", &back, &err) == 0)
                results_free(back);
        }
        text[i] = kept;
    }
    results_free(r);
    free(text);
}

static void wrong_members_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"[]", "f: not an object"},
        {"{\"format\":\"xdb-profile\",\"version\":1}", "f: not a file of format \"xdb-counts\""},
        {"{\"format\":\"xdb-counts\",\"version\":1}", "f: there is no list \"flags\""},
    };
    static const struct {
        const char *file, *says;
    } files[] = {
        {"{\"text\":\"0000000000000000\"}", "f: files[0]: it has no name"},
        {"{\"name\":\"/a\",\"text\":\"x\"}", "f: files[0]: \"text\" is not 16 hexadecimal digits"},
        {"{\"name\":\"/a\",\"text\":\"0000000000000000\"}", "f: there is no list \"lines\" of /a"},
        {"{\"name\":\"/a\",\"text\":\"0000000000000000\",\"lines\":[[5]]}",
         "f: /a: lines[0]: not a first line and counts"},
        {"{\"name\":\"/a\",\"text\":\"0000000000000000\",\"lines\":[[5,1,1],[6,2]]}",
         "f: /a: lines[1]: the line stands there twice"},
        {"{\"name\":\"/a\",\"text\":\"0000000000000000\",\"lines\":[[60000000,1]]}",
         "f: /a: lines[0]: more lines than can be"},
        {"{\"name\":\"/a\",\"text\":\"0000000000000000\",\"lines\":[[1,-1]]}",
         "f: /a: lines[0]: not a count"},
    };
    struct results *r;
    char text[512];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(counts_parse(bad[i].text, strlen(bad[i].text), "f", &r, &err),
                         XDB_EFORMAT);
        if (i == 2)
            assert_string_equal(err.text, bad[i].says);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(
            text, sizeof text,
            "{\"format\":\"xdb-counts\",\"version\":1,\"flags\":[],\"contexts\":[],\"calls\":[],"
            "\"files\":[%s]}",
            files[i].file);
        assert_int_equal(counts_parse(text, strlen(text), "f", &r, &err), XDB_EFORMAT);
        assert_string_equal(err.text, files[i].says);
    }
}

static void path_in(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s/%s", folder, name);
}

static int files_in_folder(void)
{
    int n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; (e = readdir(d));)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void many_writers_lose_nothing(void **state)
{
    enum { WRITERS = 8, TIMES = 10 };
    char path[64];
    (void)state;
    path_in(path, sizeof path, "shared");
    for (int i = 0; i < WRITERS; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            int failed = 0;
            for (int k = 0; k < TIMES; k++) {
                struct results *r = results_new();
                results_add_line(add_file(r, "/a", 1), 1 + i % 2, 1);
                failed |= counts_add(path, r, NULL, &err);
                results_free(r);
            }
            _exit(failed != 0);
        }
    }
    for (int i = 0, status; i < WRITERS; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    struct results *r;
    assert_int_equal(counts_load(path, &r, &err), 0);
    const struct results_file *f = results_find(r, "/a", 2, 1);
    assert_int_equal(results_line(f, 1), WRITERS * TIMES / 2);
    assert_int_equal(results_line(f, 2), WRITERS * TIMES / 2);
    results_free(r);
    unlink(path);
    assert_int_equal(files_in_folder(), 0); /* no lock stays */
}

static void what_cannot_be_read_is_kept(void **state)
{
    char path[64], bad[64], bad2[64];
    struct results *r = sample(), *back;
    struct buffer said, text;
    (void)state;
    buffer_init(&said);
    buffer_init(&text);
    path_in(path, sizeof path, "counts");
    path_in(bad, sizeof bad, "counts.bad");
    path_in(bad2, sizeof bad2, "counts.bad2");
    assert_int_equal(file_write_atomic(path, "garbage", 7, &err), 0);
    assert_int_equal(counts_add(path, r, &said, &err), 0);
    assert_non_null(strstr(said.data, "; kept as "));
    assert_int_equal(file_write_atomic(path, "rubbish", 7, &err), 0);
    assert_int_equal(counts_add(path, r, NULL, &err), 0);
    assert_int_equal(file_read(bad, 100, &text, &err), 0);
    assert_string_equal(text.data, "garbage");
    buffer_clear(&text);
    assert_int_equal(file_read(bad2, 100, &text, &err), 0);
    assert_string_equal(text.data, "rubbish");
    assert_int_equal(counts_load(path, &back, &err), 0);
    results_free(back);
    results_free(r);
    buffer_release(&said);
    buffer_release(&text);
    unlink(path);
    unlink(bad);
    unlink(bad2);
}

static void where_nothing_can_be_written_it_is_said(void **state)
{
    struct results *r = sample();
    (void)state;
    assert_int_equal(counts_add("/nonexistent/folder/x", r, NULL, &err), XDB_ENOENT);
    assert_string_equal(err.text, "cannot write /nonexistent/folder/x: No such file or directory");
    assert_int_equal(counts_add(folder, r, NULL, &err), XDB_EINVAL);
    assert_int_equal(counts_add("/dev/null", r, NULL, &err), 0);
    results_free(r);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_add_up_and_know_what_has_no_code),
        cmocka_unit_test(branches_are_kept_in_order_and_apart),
        cmocka_unit_test(two_texts_of_one_name_are_two_files),
        cmocka_unit_test(contexts_know_their_lines),
        cmocka_unit_test(a_file_of_counts_reads_back_the_same),
        cmocka_unit_test(merging_adds_and_loses_nothing),
        cmocka_unit_test(damaged_files_are_refused_or_harmless),
        cmocka_unit_test(wrong_members_are_named),
        cmocka_unit_test(many_writers_lose_nothing),
        cmocka_unit_test(what_cannot_be_read_is_kept),
        cmocka_unit_test(where_nothing_can_be_written_it_is_said),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
