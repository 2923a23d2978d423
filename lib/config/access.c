/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

#include "config/memory.h"
#include "config/subnet.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* chronyd keeps subnets in a tree of four bits a level. A prefix that ends within a level
 * sets all nodes of that level that it covers: of two such prefixes the later one counts,
 * else the longer one. */
enum { LEVEL_BITS = 4, CHILDREN = 1 << LEVEL_BITS };

struct node {
    enum { AS_PARENT, ALLOWED, DENIED } state;
    uint32_t line;     /* that set the state: its index */
    uint32_t children; /* the index of the first; 0: none */
    uint8_t bits;      /* of the prefix on that line */
};

/* The tree of one family; its root is the first node. */
struct tree {
    struct node *nodes;
    uint32_t count;
    int family;
    bool without_loopback;
};

/* --- making the tree --- */

static bool add_node(struct tree *tree)
{
    void *grown = tree->nodes;

    if (tree->count == UINT32_MAX ||
        !memory_grow(&grown, tree->count, sizeof *tree->nodes))
        return false;
    tree->nodes = grown;
    tree->nodes[tree->count++] = (struct node){0};
    return true;
}

static bool open_node(struct tree *tree, uint32_t node)
{
    const uint32_t children = tree->count;

    if (tree->nodes[node].children)
        return true;
    for (unsigned i = 0; i < CHILDREN; i++)
        if (!add_node(tree))
            return false;
    tree->nodes[node].children = children;
    return true;
}

static unsigned nibble(const struct subnet *subnet, unsigned level)
{
    const unsigned byte = subnet->bytes[level / 2];

    return level % 2 ? byte & 15 : byte >> LEVEL_BITS;
}

/* A line of allow or deny. */
struct entry {
    struct node node; /* as it is put into the tree */
    bool whole;       /* all: it overrides what was said of longer prefixes */
    struct subnet subnet;
};

static void set_node(struct node *node, const struct entry *entry)
{
    const uint32_t children = entry->whole ? 0 : node->children;

    *node = entry->node;
    node->children = children;
}

static bool set_subnet(struct tree *tree, const struct entry *entry)
{
    const unsigned levels = entry->subnet.bits / LEVEL_BITS;
    const unsigned left = entry->subnet.bits % LEVEL_BITS;
    const unsigned covered = CHILDREN >> left;
    uint32_t node = 0, first;

    for (unsigned level = 0; level < levels; level++) {
        if (!open_node(tree, node))
            return false;
        node = tree->nodes[node].children + nibble(&entry->subnet, level);
    }
    if (!left) {
        set_node(&tree->nodes[node], entry);
        return true;
    }
    if (!open_node(tree, node))
        return false;
    first =
        tree->nodes[node].children + nibble(&entry->subnet, levels) / covered * covered;
    for (unsigned i = 0; i < covered; i++)
        set_node(&tree->nodes[first + i], entry);
    return true;
}

/* --- reading the lines --- */

struct directives {
    const char *allow, *deny;
};

static const struct directives directives_of[] = {
    [CONFIG_NTP] = {"allow", "deny"},
    [CONFIG_COMMAND] = {"cmdallow", "cmddeny"},
};

/* False for a line that is none of the service, or that says nothing of addresses. */
static bool read_entry(const struct config_line *line, const struct directives *names,
                       struct entry *entry, bool *is_name)
{
    const size_t words = line->word_count - 1;
    bool allows;

    *is_name = false;
    if (!line->counts || !line->is_valid)
        return false;
    allows = !strcmp(line->directive->name, names->allow);
    if (!allows && strcmp(line->directive->name, names->deny) != 0)
        return false;
    memset(entry, 0, sizeof *entry);
    entry->node.state = allows ? ALLOWED : DENIED;
    entry->whole = words && !strcmp(line->words[1], "all");
    if (words) {
        const enum subnet_result result = subnet_read(line->words[words], &entry->subnet);

        *is_name = allows && result == SUBNET_NAME;
        return result == SUBNET_OK || result == SUBNET_ODD;
    }
    return true;
}

static bool is_about_loopback(const struct config_line *line)
{
    return line->word_count > 1 &&
           config_subnet(line->words[line->word_count - 1]).is_loopback;
}

static bool make_tree(const struct config *config, enum config_service service,
                      struct tree *tree, bool *has_names)
{
    bool is_good = add_node(tree);

    *has_names = false;
    for (size_t i = 0; i < config->line_count && is_good; i++) {
        struct entry entry;
        bool is_name;

        if (tree->without_loopback && is_about_loopback(&config->lines[i]))
            continue;
        if (read_entry(&config->lines[i], &directives_of[service], &entry, &is_name) &&
            (entry.subnet.family == AF_UNSPEC || entry.subnet.family == tree->family)) {
            entry.node.line = (uint32_t)i;
            entry.node.bits = (uint8_t)entry.subnet.bits;
            is_good = set_subnet(tree, &entry);
        }
        *has_names |= is_name;
    }
    return is_good;
}

/* --- asking the tree --- */

/* What counts below a node: its own state, or that of its parent. */
static struct node inherit(const struct tree *tree, uint32_t index, struct node parent)
{
    struct node node = tree->nodes[index];

    if (node.state == AS_PARENT) {
        parent.children = node.children;
        node = parent;
    }
    return node;
}

static void collect(const struct config *config, const struct tree *tree, uint32_t index,
                    struct node parent, struct config_access *access)
{
    const struct node node = inherit(tree, index, parent);

    for (uint32_t i = 0; node.children && i < CHILDREN; i++)
        collect(config, tree, node.children + i, node, access);
    if (node.children || node.state != ALLOWED ||
        (access->any && access->widest <= node.bits))
        return;
    access->any = true;
    access->widest = node.bits;
    access->line = &config->lines[node.line];
}

/* Several lines together allow all, such as 0/1 and 128/1. All of IPv6 that the Internet
 * has is 2000::/3. */
static bool allows_all(const struct tree *tree)
{
    const struct node root = inherit(tree, 0, (struct node){.state = DENIED});
    const uint32_t first = tree->family == AF_INET6 ? 2 : 0;
    const uint32_t end = tree->family == AF_INET6 ? 4 : CHILDREN;

    for (uint32_t i = first; root.children && i < end; i++)
        if (inherit(tree, root.children + i, root).state != ALLOWED)
            return false;
    return root.children;
}

bool config_access(const struct config *config, enum config_service service, int family,
                   struct config_access *access)
{
    struct tree tree = {.family = family, .without_loopback = true};
    const bool is_good = make_tree(config, service, &tree, &access->has_names);

    access->any = false;
    access->widest = -1;
    access->line = NULL;
    if (is_good)
        collect(config, &tree, 0, (struct node){.state = DENIED}, access);
    access->all = access->widest == 0 || (is_good && allows_all(&tree));
    free(tree.nodes);
    return is_good;
}

struct config_subnet config_subnet(const char *text)
{
    static const uint8_t ipv6[16] = {[15] = 1};
    struct subnet subnet;

    if (subnet_read(text, &subnet) != SUBNET_OK || subnet.family == AF_UNSPEC)
        return (struct config_subnet){AF_UNSPEC, !strcasecmp(text, "localhost")};
    if (subnet.family == AF_INET)
        return (struct config_subnet){AF_INET,
                                      subnet.bits >= 8 && subnet.bytes[0] == 127};
    return (struct config_subnet){AF_INET6, subnet.bits == 128 &&
                                                !memcmp(subnet.bytes, ipv6, sizeof ipv6)};
}

static bool is_loopback(const struct subnet *address)
{
    static const uint8_t ipv4[16] = {127, 0, 0, 1}, ipv6[16] = {[15] = 1};

    return !memcmp(address->bytes, address->family == AF_INET ? ipv4 : ipv6, 16);
}

bool config_allows(const struct config *config, enum config_service service,
                   const char *address)
{
    struct subnet subnet;
    struct tree tree = {0};
    struct node node = {.state = DENIED};
    bool has_names;

    if (!subnet_read_address(address, &subnet))
        return false;
    if (service == CONFIG_COMMAND && is_loopback(&subnet))
        return true;
    tree.family = subnet.family;
    if (make_tree(config, service, &tree, &has_names)) {
        node = inherit(&tree, 0, node);
        for (unsigned level = 0; node.children; level++)
            node = inherit(&tree, node.children + nibble(&subnet, level), node);
    }
    free(tree.nodes);
    return node.state == ALLOWED;
}
