#include "faulthandler/modules.h"

#include "faulthandler/guard.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { MOST_OBJECTS = 4096, MOST_SYMBOLS = 1000000, NAME_SIZE = 200 };

/* The dynamic section of a shared object: its symbols, and how many there are. */
struct object {
    const ElfW(Sym) * symbols;
    const char *strings;
    size_t strings_size;
    size_t count;
};

/*
** The number of symbols by the hash table of the GNU linker: the last chain ends with the last symbol. What the linker
** has not hashed, imports, comes before.
*/
static size_t count_by_gnu_hash(const uint32_t *table)
{
    uint32_t buckets = table[0], first = table[1], bloom = table[2], last = 0;
    const uint32_t *bucket = table + 4 + bloom * (sizeof(ElfW(Addr)) / 4),
                   *chain = bucket + buckets;
    for (uint32_t i = 0; i < buckets; i++)
        if (bucket[i] > last)
            last = bucket[i];
    if (last < first)
        return first;
    while (last < MOST_SYMBOLS && !(chain[last - first] & 1))
        last++;
    return (size_t)last + 1;
}

/* glibc writes the addresses where the object has been loaded into the section, others leave them relative. */
static const void *address_of(const struct link_map *map, uintptr_t value)
{
    return (const void *)(value < map->l_addr ? map->l_addr + value : value);
}

static bool read_object(const struct link_map *map, struct object *o)
{
    memset(o, 0, sizeof *o);
    for (const ElfW(Dyn) *d = map->l_ld; d && d->d_tag != DT_NULL; d++)
        switch (d->d_tag) {
        case DT_SYMTAB:
            o->symbols = address_of(map, d->d_un.d_ptr);
            break;
        case DT_STRTAB:
            o->strings = address_of(map, d->d_un.d_ptr);
            break;
        case DT_STRSZ:
            o->strings_size = d->d_un.d_val;
            break;
        case DT_GNU_HASH:
            o->count = count_by_gnu_hash(address_of(map, d->d_un.d_ptr));
            break;
        case DT_HASH: /* bucket and chain counts; there is a chain link a symbol */
            if (o->count == 0)
                o->count = ((const uint32_t *)address_of(map, d->d_un.d_ptr))[1];
            break;
        default:
            break;
        }
    return o->symbols && o->strings && o->count < MOST_SYMBOLS;
}

/* The shortest name of a module that the object opens: "socket.core" of luaopen_socket_core. False: it is none. */
static bool find_module(const struct object *o, char name[NAME_SIZE])
{
    static const char opener[] = "luaopen_";
    size_t best = NAME_SIZE;
    for (size_t i = 1; i < o->count; i++) {
        const ElfW(Sym) *s = &o->symbols[i];
        if (s->st_shndx == SHN_UNDEF || s->st_name >= o->strings_size)
            continue;
        const char *text = o->strings + s->st_name;
        if (strcmp(text, "lua_newstate") == 0 || strcmp(text, "luaopen_xdb") == 0)
            return false;
        if (strncmp(text, opener, sizeof opener - 1) != 0)
            continue;
        text += sizeof opener - 1;
        size_t n = strnlen(text, NAME_SIZE);
        if (n > 0 && n < best) {
            best = n;
            for (size_t c = 0; c <= n; c++)
                name[c] = (char)(text[c] == '_' ? '.' : text[c]);
        }
    }
    return best < NAME_SIZE;
}

static void write_list(void *data)
{
    struct out *o = data;
    struct object object;
    char name[NAME_SIZE];
    const struct link_map *map = _r_debug.r_map;
    int total = 0;
    for (int i = 0; map && i < MOST_OBJECTS; i++, map = map->l_next) {
        if (i == 0 || !read_object(map, &object) || !find_module(&object, name))
            continue; /* the first is the program */
        out_text(o, total++ ? ", " : "\nExtension modules: ");
        out_name(o, name, strlen(name));
    }
    if (total == 0)
        return;
    out_text(o, " (total: ");
    out_decimal(o, total);
    out_text(o, ")\n");
}

void modules_write(struct out *o)
{
    if (!guard_run(write_list, o))
        out_fault(o);
}
