#include "qemu.h"

#include <stdlib.h>

#include "papr.h"
#include "streams.h"

static struct qemu_table *tables;

/* A list of all windows: with 64 of them this walk is most of the call. */
static struct qemu_table *find_table(uint64_t liobn)
{
    if (liobn >> 32 != 0)
        return NULL;
    for (struct qemu_table *table = tables; table != NULL; table = table->next) {
        if (table->liobn == liobn)
            return table;
    }
    return NULL;
}

/* Listeners hear of what overlaps their range. */
static void notify(const struct qemu_table *table, const struct iommu_event *event)
{
    for (struct notifier *notifier = table->notifiers; notifier != NULL; notifier = notifier->next) {
        if (event->iova <= notifier->last && event->iova + event->mask >= notifier->first)
            notifier->notify(notifier, event);
    }
}

static long store(struct qemu_table *table, uint64_t ioba, uint64_t tce)
{
    /* Below the window this wraps to an index that is too high. */
    uint64_t index = (ioba - table->bus_offset) >> table->page_shift;
    uint64_t mask = (UINT64_C(1) << table->page_shift) - 1;

    if (index >= table->size)
        return H_PARAMETER;
    table->words[index] = tce;
    struct iommu_event event = {(ioba - table->bus_offset) & ~mask, tce & ~mask, mask, (int)(tce & TCE_PERMISSIONS)};
    notify(table, &event);
    return H_SUCCESS;
}

/* The word itself is not checked: whoever translates through it finds out. */
long qemu_put(uint64_t liobn, uint64_t ioba, uint64_t tce)
{
    struct qemu_table *table = find_table(liobn);

    if (table == NULL)
        return H_PARAMETER;
    return store(table, ioba & ~((UINT64_C(1) << table->page_shift) - 1), tce);
}

static void count(struct notifier *notifier, const struct iommu_event *event)
{
    if (event->permissions == 0)
        notifier->unmaps++;
    else
        notifier->maps++;
}

struct qemu_table *qemu_add_table(uint64_t liobn)
{
    struct qemu_table *table = calloc(1, sizeof *table);
    struct notifier *notifier = calloc(1, sizeof *notifier);
    uint64_t *words = calloc(WINDOW_PAGES, sizeof *words);

    if (table == NULL || notifier == NULL || words == NULL)
        abort();
    notifier->last = UINT64_MAX;
    notifier->notify = count;
    *table = (struct qemu_table){tables, liobn, 0, PAGE_SHIFT, WINDOW_PAGES, words, notifier};
    tables = table;
    return table;
}
