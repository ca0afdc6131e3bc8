/* core/source: names, the cache, text by lines, change on disk, lines with code. */
#include "core/source.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "core/buffer.h"

struct world {
    char folder[4096]; /* canonical; current during the test */
    char before[4096]; /* the folder to go back to */
    struct source_cache *cache;
};

static int enter(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char made[] = "/tmp/source.XXXXXX";
    assert_non_null(getcwd(w->before, sizeof w->before));
    assert_non_null(mkdtemp(made));
    assert_non_null(realpath(made, w->folder));
    assert_int_equal(chdir(w->folder), 0);
    w->cache = source_cache_new();
    *state = w;
    return 0;
}

static int leave(void **state)
{
    struct world *w = *state;
    char command[5000];
    source_cache_free(w->cache);
    assert_int_equal(chdir(w->before), 0);
    snprintf(command, sizeof command, "rm -rf '%s'", w->folder);
    assert_int_equal(system(command), 0);
    free(w);
    return 0;
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

/* Gives a file a time of its own, so that no two writes look alike to a coarse clock. */
static void set_time(const char *path, time_t seconds)
{
    struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static struct source *chunk(struct world *w, const char *name)
{
    struct source *s = NULL;
    struct xdb_error err = {""};
    assert_int_equal(source_of(w->cache, name, strlen(name), &s, &err), 0);
    return s;
}

static struct source *file(struct world *w, const char *path, const char *text)
{
    struct source *s = NULL;
    struct xdb_error err = {""};
    write_file(path, text, strlen(text));
    assert_int_equal(source_of_path(w->cache, path, &s, &err), 0);
    return s;
}

static void line_is(struct source *s, int n, const char *expected)
{
    size_t len = 0;
    const char *line = source_line(s, n, &len);
    assert_non_null(line);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(line, expected, len);
}

static void canonical_is(const char *name, const char *cwd, const char *expected)
{
    size_t len = 0;
    char *got = source_canonical(name, strlen(name), cwd, &len);
    assert_string_equal(got, expected);
    assert_int_equal(len, strlen(expected));
    free(got);
}

static void paths_become_absolute(void **state)
{
    struct world *w = *state;
    char expected[5000];
    canonical_is("@/no/./such//../place.lua", NULL, "/no/place.lua");
    canonical_is("@x/../../y.lua", "/no/such", "/no/y.lua");
    canonical_is("@../../../../y.lua", "/no/such", "/y.lua");
    canonical_is("@/..", NULL, "/");
    snprintf(expected, sizeof expected, "%s/missing.lua", w->folder);
    canonical_is("@missing.lua", NULL, expected);
    canonical_is("@./missing.lua", NULL, expected);
}

static void links_are_resolved(void **state)
{
    struct world *w = *state;
    char expected[5000];
    assert_int_equal(mkdir("real", 0777), 0);
    assert_int_equal(mkdir("real/deep", 0777), 0);
    write_file("real/a.lua", "", 0);
    assert_int_equal(symlink("real/deep", "link"), 0);
    snprintf(expected, sizeof expected, "%s/real/a.lua", w->folder);
    canonical_is("@link/../a.lua", NULL, expected); /* not what its text says */
    canonical_is("@deep/../a.lua", "real", expected);
    assert_ptr_equal(chunk(w, "@link/../a.lua"), chunk(w, "@real/a.lua"));
    assert_int_equal(link("real/a.lua", "hard.lua"), 0);
    assert_ptr_not_equal(chunk(w, "@hard.lua"), chunk(w, "@real/a.lua"));
    assert_true(source_same_file(chunk(w, "@hard.lua"), chunk(w, "@real/a.lua")));
    assert_false(source_same_file(chunk(w, "@hard.lua"), chunk(w, "@other.lua")));
}

static void labels_and_texts_keep_their_names(void **state)
{
    struct world *w = *state;
    canonical_is("=stdin", NULL, "=stdin");
    canonical_is("return 1", NULL, "return 1");
    canonical_is("", NULL, "");
    assert_int_equal(chunk(w, "=stdin")->kind, SOURCE_LABEL);
    assert_string_equal(chunk(w, "=stdin")->title, "stdin");
    assert_int_equal(chunk(w, "x = 1")->kind, SOURCE_TEXT);
    assert_string_equal(chunk(w, "/etc/passwd")->name, chunk(w, "@/etc/passwd")->name);
    assert_false(source_same_file(chunk(w, "/etc/passwd"), chunk(w, "@/etc/passwd")));
    struct source *s;
    assert_int_equal(source_of(w->cache, "@a\0b", 4, &s, NULL), 0);
    assert_int_equal(s->kind, SOURCE_TEXT);
    assert_int_equal(s->name_len, 4);
}

/* The title of a text is the one that Lua puts into its messages. */
static void titles_of_texts_are_as_in_messages(void **state)
{
    struct world *w = *state;
    lua_State *L = luaL_newstate();
    char text[80] = "--";
    for (int i = 2; i < 70; i++) {
        lua_Debug ar;
        text[i] = 'x';
        text[i + 1] = '\0';
        assert_int_equal(luaL_loadstring(L, text), LUA_OK);
        lua_getinfo(L, ">S", &ar);
        assert_string_equal(chunk(w, text)->title, ar.short_src);
    }
    assert_string_equal(chunk(w, "a = 1\nb = 2")->title, "[string \"a = 1...\"]");
    lua_close(L);
}

static void a_relative_name_means_where_it_was_first_seen(void **state)
{
    struct world *w = *state;
    struct source *s = file(w, "a.lua", "x = 1");
    assert_int_equal(mkdir("sub", 0777), 0);
    assert_int_equal(chdir("sub"), 0);
    assert_ptr_equal(chunk(w, "@a.lua"), s);
    line_is(s, 1, "x = 1");
    assert_ptr_not_equal(chunk(w, "@./a.lua"), s);
}

static void an_address_that_is_reused_is_noticed(void **state)
{
    struct world *w = *state;
    char name[] = "=one";
    struct source *one = chunk(w, name);
    memcpy(name, "=two", 4);
    struct source *two = chunk(w, name);
    assert_ptr_not_equal(one, two);
    assert_string_equal(two->title, "two");
    memcpy(name, "=one", 4);
    assert_ptr_equal(chunk(w, name), one);
}

static void lines_are_split_as_lua_counts_them(void **state)
{
    struct world *w = *state;
    struct source *s = file(w, "a.lua", "one\r\ntwo\n\rthree\rfour\n\n\tsix \n");
    assert_int_equal(source_count(s), 6);
    line_is(s, 1, "one");
    line_is(s, 2, "two");
    line_is(s, 3, "three");
    line_is(s, 4, "four");
    line_is(s, 5, "");
    line_is(s, 6, "\tsix ");
    size_t len;
    assert_null(source_line(s, 7, &len));
    assert_null(source_line(s, 0, &len));
    assert_null(source_line(s, -1, &len));
    assert_int_equal(source_count(file(w, "empty.lua", "")), 0);
    line_is(file(w, "open.lua", "a\nb"), 2, "b");
    write_file("zeros.lua", "a\0b\nc", 5);
    assert_memory_equal(source_line(chunk(w, "@zeros.lua"), 1, &len), "a\0b", 3);
    assert_int_equal(len, 3);
}

static void marks_and_shebangs_keep_line_numbers(void **state)
{
    struct world *w = *state;
    struct xdb_error err = {""};
    int line = 0;
    struct source *s = file(w, "bom.lua", "\xEF\xBB\xBF#!/usr/bin/lua ! not Lua\n\nprint(1)\n");
    line_is(s, 1, "#!/usr/bin/lua ! not Lua");
    line_is(s, 3, "print(1)");
    assert_int_equal(source_code_line(s, 1, &line, &err), 0);
    assert_int_equal(line, 3);
    s = file(w, "only.lua", "#!/usr/bin/lua");
    assert_int_equal(source_count(s), 1);
    assert_int_equal(source_code_line(s, 1, &line, &err), 0);
    assert_int_equal(line, 1);                /* the chunk's own return */
    s = chunk(w, "#!/usr/bin/lua\nprint(1)"); /* only files may start so */
    assert_int_equal(source_code_line(s, 1, &line, &err), XDB_EFORMAT);
}

static void a_text_chunk_is_its_own_source(void **state)
{
    struct world *w = *state;
    struct source *s = chunk(w, "local a = 1\nreturn a");
    line_is(s, 2, "return a");
    assert_int_equal(source_next_code_line(s, 2), 2);
    assert_false(source_changed(s));
}

static void a_label_has_the_text_it_is_given(void **state)
{
    struct world *w = *state;
    struct xdb_error err = {""};
    int line = 0;
    struct source *s = chunk(w, "=stdin");
    assert_int_equal(source_count(s), 0);
    assert_int_equal(source_code_line(s, 1, &line, &err), XDB_ENOENT);
    assert_string_equal(err.text, "there is no source text for stdin");
    assert_int_equal(source_give(s, "\nx = 1\n", 7, &err), 0);
    line_is(s, 2, "x = 1");
    assert_int_equal(source_code_line(s, 1, &line, &err), 0);
    assert_int_equal(line, 2);
    assert_int_equal(source_give(s, "y = 1", 5, &err), 0);
    line_is(s, 1, "y = 1");
    assert_int_equal(source_next_code_line(s, 1), 1);
    source_reload(s);
    line_is(s, 1, "y = 1");
    assert_int_equal(source_give(chunk(w, "@a.lua"), "", 0, &err), XDB_EINVAL);
}

static void lines_without_code_move_on(void **state)
{
    struct world *w = *state;
    struct xdb_error err = {""};
    struct source *s = file(w, "a.lua",
                            "-- comment\n"           /* 1 */
                            "local x = 1\n"          /* 2 */
                            "\n"                     /* 3 */
                            "local function f()\n"   /* 4 */
                            "  -- nothing\n"         /* 5 */
                            "  return x\n"           /* 6 */
                            "end\n"                  /* 7 */
                            "function g.h()\n"       /* 8 */
                            "  local function i()\n" /* 9 */
                            "    return 1\n"         /* 10 */
                            "  end\n"                /* 11 */
                            "  return i\n"           /* 12 */
                            "end\n"                  /* 13 */
                            "function one() return 1 end\n"
                            "foo(function()\n" /* 15 */
                            "  return 1\n"     /* 16 */
                            "end)\n"           /* 17 */
                            "-- the end\n");
    const int expected[][2] = {{1, 2},   {2, 2},   {3, 6},   {4, 6},   {5, 6},   {6, 6},
                               {7, 7},   {8, 11},  {9, 10},  {10, 10}, {11, 11}, {12, 12},
                               {14, 14}, {15, 15}, {16, 16}, {17, 17}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        int line = 0;
        assert_int_equal(source_code_line(s, expected[i][0], &line, &err), 0);
        if (line != expected[i][1])
            fail_msg("line %d moved to %d", expected[i][0], line);
    }
    int line = 42;
    assert_int_equal(source_code_line(s, 18, &line, &err), XDB_ENOENT);
    assert_string_equal(err.text, "End of file");
    assert_int_equal(source_code_line(s, 1 << 30, &line, &err), XDB_ENOENT);
    assert_int_equal(source_code_line(s, 0, &line, &err), XDB_EINVAL);
    assert_int_equal(line, 42);
    const struct bytecode *code;
    assert_int_equal(source_code(s, &code, &err), 0);
    assert_int_equal(code->nall, 6);
}

static void cannot(struct source *s, int code, const char *says)
{
    struct xdb_error err = {""};
    const struct bytecode *b = NULL;
    for (int i = 0; i < 2; i++) { /* the second time from memory */
        err.text[0] = '\0';
        assert_int_equal(source_code(s, &b, &err), code);
        if (!strstr(err.text, says))
            fail_msg("'%s' does not say '%s'", err.text, says);
    }
    assert_null(b);
    assert_int_equal(source_next_code_line(s, 1), -1);
}

static void what_is_no_lua_file_is_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(mkdir("dir", 0777), 0);
    assert_int_equal(mkfifo("pipe", 0666), 0);
    cannot(chunk(w, "@dir"), XDB_EINVAL, "/dir is a directory");
    cannot(chunk(w, "@pipe"), XDB_EINVAL, "/pipe is not a regular file");
    cannot(chunk(w, "@/dev/zero"), XDB_EINVAL, "/dev/zero is not a regular file");
    cannot(chunk(w, "@missing"), XDB_ENOENT, "/missing: No such file");
    cannot(file(w, "bad.lua", "x = 1\nx = = 2\n"), XDB_EFORMAT,
           "/bad.lua:2: unexpected symbol near '='");
    cannot(file(w, "binary", "\x1bLua\x54"), XDB_EFORMAT, "/binary is a binary chunk");
    line_is(chunk(w, "@bad.lua"), 2, "x = = 2");
    write_file("huge.lua", "", 0);
    assert_int_equal(truncate("huge.lua", (off_t)SOURCE_MAX_SIZE + 1), 0);
    cannot(chunk(w, "@huge.lua"), XDB_EINVAL, "/huge.lua is too large to show (over 64 MB)");
    struct buffer deep;
    buffer_init(&deep);
    for (int i = 0; i < 100000; i++)
        buffer_adds(&deep, "({");
    cannot(file(w, "deep.lua", deep.data), XDB_EFORMAT, "/deep.lua: C stack overflow");
    buffer_release(&deep);
}

static void a_file_that_appears_is_read(void **state)
{
    struct world *w = *state;
    struct source *s = chunk(w, "@later.lua");
    assert_int_equal(source_count(s), 0);
    file(w, "later.lua", "x = 1\n");
    assert_int_equal(source_count(s), 1);
    assert_int_equal(source_next_code_line(s, 1), 1);
}

static void change_on_disk_is_noticed(void **state)
{
    struct world *w = *state;
    struct source *s = file(w, "a.lua", "x = 1\n");
    set_time("a.lua", 1000);
    source_reload(s);
    assert_false(source_changed(s)); /* not read yet */
    line_is(s, 1, "x = 1");
    assert_false(source_changed(s));
    set_time("a.lua", 2000); /* touched */
    assert_false(source_changed(s));
    write_file("a.lua", "x = 2\n", 6); /* of the same size */
    set_time("a.lua", 3000);
    assert_true(source_changed(s));
    line_is(s, 1, "x = 1");
    source_reload(s);
    assert_false(source_changed(s));
    line_is(s, 1, "x = 2");
    assert_int_equal(unlink("a.lua"), 0);
    assert_true(source_changed(s));
}

static void change_before_the_text_was_read_is_noticed(void **state)
{
    struct world *w = *state;
    write_file("a.lua", "x = 1\n", 6);
    set_time("a.lua", 1000);
    struct source *s = chunk(w, "@a.lua");
    write_file("a.lua", "x = 2\n", 6);
    set_time("a.lua", 2000);
    assert_true(source_changed(s));
    line_is(s, 1, "x = 2");
    assert_true(source_changed(s));
}

static void files_are_found_by_their_last_parts(void **state)
{
    struct world *w = *state;
    struct xdb_error err = {""};
    struct source *found = NULL;
    assert_int_equal(mkdir("one", 0777), 0);
    assert_int_equal(mkdir("two", 0777), 0);
    struct source *a = file(w, "one/parser.lua", "");
    struct source *b = file(w, "two/parser.lua", "");
    struct source *c = file(w, "two/lexer.lua", "");
    assert_int_equal(source_find(w->cache, "one/parser.lua", &found, &err), 0);
    assert_ptr_equal(found, a);
    assert_int_equal(chdir("one"), 0);
    assert_int_equal(source_find(w->cache, "two/parser", &found, &err), 0);
    assert_ptr_equal(found, b);
    assert_int_equal(source_find(w->cache, "parser.lua", &found, &err), 0); /* the one right here */
    assert_ptr_equal(found, a);
    assert_int_equal(source_find(w->cache, "./lexer.lua", &found, &err), 0);
    assert_ptr_equal(found, c);
    assert_int_equal(source_find(w->cache, c->name, &found, &err), 0);
    assert_int_equal(source_find(w->cache, "exer.lua", &found, &err), XDB_ENOENT);
    assert_int_equal(chdir(".."), 0);
    assert_int_equal(source_find(w->cache, "parser", &found, &err), XDB_EINVAL);
    assert_non_null(strstr(err.text, "'parser' is ambiguous: "));
    assert_ptr_equal(found, c);
}

static int count_them(struct source *s, void *n)
{
    (void)s;
    ++*(int *)n;
    return 0;
}

static void endless_texts_are_forgotten(void **state)
{
    struct world *w = *state;
    char text[64];
    int n = 0;
    struct source *held = source_hold(chunk(w, "=held"));
    struct source *real = file(w, "a.lua", "x = 1");
    chunk(w, "@real.lua");
    for (int i = 0; i < 100000; i++) {
        snprintf(text, sizeof text, "return %d", i);
        assert_string_equal(chunk(w, text)->name, text);
    }
    source_each(w->cache, count_them, &n);
    assert_int_equal(n, SOURCE_KEEP + 2);
    assert_ptr_equal(chunk(w, "=held"), held);
    assert_ptr_equal(chunk(w, "@a.lua"), real);
    source_drop(held);
    n = 0;
    source_each(w->cache, count_them, &n);
    assert_int_equal(n, SOURCE_KEEP + 1);
}

static void the_sources_of_frames_are_found_in_hooks(void **state)
{
    struct world *w = *state;
    lua_State *L = luaL_newstate();
    lua_Debug ar;
    struct source *s = NULL;
    write_file("a.lua", "return 1", 8);
    assert_int_equal(luaL_loadfile(L, "a.lua"), LUA_OK);
    size_t before = (size_t)lua_gc(L, LUA_GCCOUNT) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB);
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &ar);
    assert_int_equal(source_of_debug(w->cache, &ar, &s, NULL), 0);
    assert_ptr_equal(s, chunk(w, "@a.lua"));
    assert_int_equal(source_next_code_line(s, 1), 1);
    size_t after = (size_t)lua_gc(L, LUA_GCCOUNT) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB);
    assert_int_equal(before, after);
    lua_close(L);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(paths_become_absolute),
        IN_A_FOLDER(links_are_resolved),
        IN_A_FOLDER(labels_and_texts_keep_their_names),
        IN_A_FOLDER(titles_of_texts_are_as_in_messages),
        IN_A_FOLDER(a_relative_name_means_where_it_was_first_seen),
        IN_A_FOLDER(an_address_that_is_reused_is_noticed),
        IN_A_FOLDER(lines_are_split_as_lua_counts_them),
        IN_A_FOLDER(marks_and_shebangs_keep_line_numbers),
        IN_A_FOLDER(a_text_chunk_is_its_own_source),
        IN_A_FOLDER(a_label_has_the_text_it_is_given),
        IN_A_FOLDER(lines_without_code_move_on),
        IN_A_FOLDER(what_is_no_lua_file_is_refused),
        IN_A_FOLDER(a_file_that_appears_is_read),
        IN_A_FOLDER(change_on_disk_is_noticed),
        IN_A_FOLDER(change_before_the_text_was_read_is_noticed),
        IN_A_FOLDER(files_are_found_by_their_last_parts),
        IN_A_FOLDER(endless_texts_are_forgotten),
        IN_A_FOLDER(the_sources_of_frames_are_found_in_hooks),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
