#include "tracemalloc/intern.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

static uint32_t hash_bytes(const char *p, size_t n)
{
    uint64_t h = n;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        h = mix(h, word);
    }
    uint64_t rest = 0;
    memcpy(&rest, p, n);
    return (uint32_t)mix(h, rest);
}

static uint32_t hash(const struct intern *t, const void *key)
{
    const struct intern_text *text = key;
    return t->key_size ? hash_bytes(key, t->key_size) : hash_bytes(text->data, text->len);
}

static bool same(const struct intern *t, const void *item, const void *key)
{
    const struct intern_text *a = item, *b = key;
    if (t->key_size)
        return memcmp(item, key, t->key_size) == 0;
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* The slot of the key, or the empty one where it would go. */
static uint32_t *slot(const struct intern *t, const void *key)
{
    uint32_t i = hash(t, key) & (t->slot_count - 1);
    while (t->slots[i] && !same(t, intern_at(t, t->slots[i] - 1), key))
        i = (i + 1) & (t->slot_count - 1);
    return &t->slots[i];
}

static bool grow_slots(struct intern *t)
{
    uint32_t count = t->slot_count ? t->slot_count * 2 : 64;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    free(t->slots);
    t->slots = slots;
    t->slot_count = count;
    for (uint32_t i = 0; i < t->count; i++)
        *slot(t, intern_at(t, i)) = i + 1;
    return true;
}

static bool grow_items(struct intern *t)
{
    uint32_t room = t->room ? t->room + t->room / 2 : 32;
    void *items = realloc(t->items, (size_t)room * t->item_size);
    if (!items)
        return false;
    t->items = items;
    t->room = room;
    return true;
}

static bool add(struct intern *t, const void *key)
{
    char *item = intern_at(t, t->count);
    struct intern_text text;
    memset(item, 0, t->item_size);
    if (t->key_size) {
        memcpy(item, key, t->key_size);
        return true;
    }
    text = *(const struct intern_text *)key;
    char *copy = malloc(text.len + 1);
    if (!copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    text.data = copy;
    memcpy(item, &text, sizeof text);
    return true;
}

bool intern_find(const struct intern *t, const void *key, uint32_t *number)
{
    if (t->count == 0)
        return false;
    uint32_t found = *slot(t, key);
    if (found)
        *number = found - 1;
    return found != 0;
}

bool intern_number(struct intern *t, const void *key, uint32_t *number)
{
    if (intern_find(t, key, number))
        return true;
    if (t->count == UINT32_MAX / 4)
        return false;
    if (t->count >= t->slot_count / 3 * 2 && !grow_slots(t))
        return false;
    if ((t->count == t->room && !grow_items(t)) || !add(t, key))
        return false;
    *number = t->count++;
    *slot(t, key) = *number + 1;
    return true;
}

size_t intern_memory(const struct intern *t)
{
    size_t bytes = t->room * t->item_size + t->slot_count * sizeof *t->slots;
    for (uint32_t i = 0; !t->key_size && i < t->count; i++)
        bytes += ((const struct intern_text *)intern_at(t, i))->len + 1;
    return bytes;
}

void intern_release(struct intern *t)
{
    for (uint32_t i = 0; !t->key_size && i < t->count; i++)
        free((char *)(uintptr_t)((const struct intern_text *)intern_at(t, i))->data);
    free(t->items);
    free(t->slots);
    *t = (struct intern){.item_size = t->item_size, .key_size = t->key_size};
}
