/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of the config check: what each finds, what it does not, and what only looks
 * like it. */
#include "checks/checks.h"
#include "checks/config/audit.h"
#include "names.h"
#include "runner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- one world: a configuration, and what is around it --- */

static char directory[] = "/tmp/rules.XXXXXX";
static struct survey survey;
static struct snapshot snapshot;
static struct settings settings;
static struct audit audit;
static unsigned version;
static mode_t file_mode;
static uid_t file_owner;

static struct survey_file files[2];
static struct survey_key keys[2];
static struct survey_address addresses[2];
static const char *domains[] = {"example.net"};
static struct survey_waiver waivers[] = {{"L01", "it is a small disk", 3}};
static struct source running[8];

/* Writes a file in the directory; "@" in the text stands for that. */
static void write_file(const char *name, const char *text)
{
    char path[64];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (; *text; text++)
        if (*text == '@')
            fputs(directory, file);
        else
            putc(*text, file);
    fclose(file);
    chmod(path, file_mode);
}

static void set_up(void)
{
    memset(&survey, 0, sizeof survey);
    memset(&snapshot, 0, sizeof snapshot);
    memset(files, 0, sizeof files);
    memset(keys, 0, sizeof keys);
    memset(addresses, 0, sizeof addresses);
    memset(running, 0, sizeof running);
    settings_init(&settings);
    version = CONFIG_NEWEST;
    file_mode = 0644;
    file_owner = 0;
    snapshot.survey = &survey;
    snapshot.sources_whole = true;
}

/* Makes the audit of a file, or of a text where that is NULL. */
static void make_audit(const char *path, const char *text)
{
    static char own[64];

    snprintf(own, sizeof own, "%s/chrony.conf", directory);
    if (!path)
        write_file("chrony.conf", text);
    survey.path = path ? path : own;
    ck_assert_int_eq(config_read(&survey.config, survey.path, version, NULL), CONFIG_OK);
    for (size_t i = 0; i < survey.config.file_count; i++)
        ((struct config_file *)survey.config.files[i])->owner = file_owner;
    audit_make(&audit, &snapshot, &settings);
}

/* --- what can be around it --- */

static void ours(void)
{
    survey.is_here = true;
    survey.user = (struct survey_user){true, 990, {990}, 1};
    survey.process = (struct survey_process){.is_known = true, .filter = 2, .user = 990};
    survey.serves_ipv4 = survey.serves_ipv6 = SURVEY_YES;
}

static struct survey_file *add_file(enum survey_role role, mode_t mode, uid_t owner)
{
    struct survey_file *file = &files[survey.file_count++];

    *file = (struct survey_file){
        .role = role, .path = "/etc/some", .mode = S_IFREG | mode, .owner = owner};
    survey.files = files;
    return file;
}

static void old_4_3(void)
{
    version = CONFIG_VERSION(4, 3, 0);
    survey.version_is_known = true;
}

static void old_4_6(void)
{
    version = CONFIG_VERSION(4, 6, 1);
    survey.version_is_known = true;
}

static void old_3_5(void)
{
    version = CONFIG_VERSION(3, 5, 0);
    survey.version_is_known = true;
}

static void future(void)
{
    version = CONFIG_VERSION(9, 9, 0);
    survey.version_is_known = true;
}

static void second(enum second_opinion opinion)
{
    survey.has_second = true;
    survey.second.opinion = opinion;
    survey.second.reason = "Invalid directive";
    survey.second.line = 7;
}

static void chronyd_accepts(void)
{
    second(SECOND_ACCEPTS);
}

static void chronyd_refuses(void)
{
    second(SECOND_REFUSES);
}

static void chronyd_hangs(void)
{
    second(SECOND_NO_ANSWER);
}

static void future_refuses(void)
{
    future();
    second(SECOND_REFUSES);
}

static void future_accepts(void)
{
    future();
    second(SECOND_ACCEPTS);
}

static void without_filter(void)
{
    ours();
    survey.process.filter = 0;
}

static void never_filtered(void)
{
    without_filter();
    snprintf(survey.second.features, SECOND_FEATURES, "+CMDMON -SCFILTER");
}

static void unseen(void)
{
    ours();
    survey.process.is_known = false;
}

static void runs_as_root(void)
{
    ours();
    survey.process.user = survey.user.id = 0;
}

static void steers_nothing(void)
{
    ours();
    survey.process.no_clock = true;
}

static void sets_at_start(void)
{
    ours();
    survey.process.sets_at_start = true;
}

static void started_with_4(void)
{
    ours();
    survey.process.ipv4_only = true;
}

static void sources_file(void)
{
    write_file("a.sources", "server a.example.net iburst\nmakestep 1 3\n");
}

static void sources_comment(void)
{
    write_file("a.sources", "# nothing but a comment\nserver a.example.net iburst\n");
}

static void conf_file(void)
{
    write_file("a.conf", "makestep 1.0 3\n");
}

static void conf_other(void)
{
    write_file("a.conf", "makestep 1.0 2\n");
}

/* --- keys --- */

static void has_key(uint32_t id, const char *type, size_t bits)
{
    struct survey_key *key = &keys[survey.key_count++];

    *key = (struct survey_key){.id = id, .line = survey.key_count, .bits = bits};
    snprintf(key->type, sizeof key->type, "%s", type);
    survey.keys = keys;
    survey.keys_are_known = true;
}

static void good_keys(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0640, 0)->group = 990;
    has_key(1, "AES128", 128);
    has_key(2, "SHA1", 160);
}

static void empty_keys(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0640, 0)->group = 990;
    survey.keys_are_known = true;
}

static void hidden_keys(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0640, 0)->group = 990;
}

static void unreachable_keys(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0, 0)->error = EACCES;
}

static void missing_keys(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0, 0)->error = ENOENT;
}

static void keys_of_root(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0600, 0);
    has_key(1, "AES128", 128);
}

static void open_keys(void)
{
    ours();
    add_file(SURVEY_KEY_FILE, 0644, 0);
    has_key(1, "AES128", 128);
}

static void sheltered_keys(void)
{
    open_keys();
    files[0].is_sheltered = true;
}

static void keys_of_others(void)
{
    open_keys();
    files[0].mode = S_IFREG | 0600;
    files[0].owner = 1000;
}

static void keys_of_chronyd(void)
{
    open_keys();
    files[0].mode = S_IFREG | 0600;
    files[0].owner = 990;
}

static void read_only_keys_of_chronyd(void)
{
    keys_of_chronyd();
    files[0].mode = S_IFREG | 0400;
}

static void md5_keys(void)
{
    good_keys();
    snprintf(keys[0].type, sizeof keys[0].type, "MD5");
}

static void short_keys(void)
{
    good_keys();
    keys[1].bits = 72;
}

static void repeated_keys(void)
{
    good_keys();
    keys[1].id = 1;
}

static void open_nts_key(void)
{
    ours();
    add_file(SURVEY_NTS_KEY, 0644, 0);
}

static void good_nts_key(void)
{
    ours();
    add_file(SURVEY_NTS_KEY, 0640, 0)->group = 990;
}

static void nts_key_of_root(void)
{
    ours();
    add_file(SURVEY_NTS_KEY, 0600, 0);
}

static void nts_key_of_nobody_known(void)
{
    nts_key_of_root();
    survey.user.is_known = false;
}

static void missing_nts_key(void)
{
    nts_key_of_root();
    files[0].error = ENOENT;
}

static void unreachable_nts_key(void)
{
    nts_key_of_root();
    files[0].error = EACCES;
}

/* --- the network --- */

static void has_address(int family, const char *text)
{
    struct survey_address *address = &addresses[survey.address_count++];

    address->family = family;
    ck_assert_int_eq(inet_pton(family, text, address->bytes), 1);
    survey.addresses = addresses;
    survey.addresses_are_known = true;
}

static void dual_stack(void)
{
    ours();
    has_address(AF_INET, "192.0.2.1");
    has_address(AF_INET6, "2001:db8::1");
}

static void ipv4_alone(void)
{
    ours();
    has_address(AF_INET, "192.0.2.1");
    has_address(AF_INET6, "fe80::1");
}

static void in_a_domain(void)
{
    ours();
    survey.domains = domains;
    survey.domain_count = 1;
}

/* "search eu.corp.example.net", as of a host in a subdomain; or of one of Google. */
static void in_a_subdomain(void)
{
    static const char *names[] = {"corp.google.com", "eu.corp.example.net"};

    ours();
    survey.domains = names;
    survey.domain_count = 2;
}

static void in_a_top_domain(void)
{
    static const char *names[] = {"net", "co.uk"};

    in_a_subdomain();
    survey.domains = names;
}

static void deaf_to_ipv4(void)
{
    ours();
    survey.serves_ipv4 = SURVEY_NO;
}

static void hidden_sockets(void)
{
    ours();
    survey.serves_ipv4 = survey.serves_ipv6 = SURVEY_UNTOLD;
}

/* --- roles --- */

static void as_client(void)
{
    settings.audit.role = ROLE_CLIENT;
}

static void as_server(void)
{
    settings.audit.role = ROLE_SERVER;
}

static void as_public_server(void)
{
    settings.audit.role = ROLE_PUBLIC_SERVER;
}

/* --- chronyd --- */

static void runs(const char *name)
{
    ours();
    survey.asks = true;
    snprintf(running[0].name, sizeof running[0].name, "%s", name);
    snprintf(running[0].label, sizeof running[0].label, "192.0.2.11");
    snapshot.sources = running;
    snapshot.source_count = snapshot.source_total = 1;
}

static void runs_a(void)
{
    runs("a.example.net");
}

static void runs_b(void)
{
    runs("b.example.net");
}

static void runs_refclock(void)
{
    runs("");
    snprintf(running[0].label, sizeof running[0].label, "PPS");
    running[0].data.mode = MODE_REFERENCE_CLOCK;
}

static void runs_without_names(void)
{
    runs("");
    snapshot.names_error = SESSION_NOT_SUPPORTED;
}

static void runs_address(void)
{
    runs("");
    snprintf(running[0].label, sizeof running[0].label, "2001:db8::1");
}

static void runs_another_file(void)
{
    unseen();
    survey.runs_another = true;
}

static void runs_another_elsewhere(void)
{
    survey.runs_another = true;
}

static void runs_no_source(void)
{
    runs("");
    snapshot.source_count = snapshot.source_total = 0;
}

static void is_silent(void)
{
    ours();
    survey.asks = true;
    snapshot.sources_error = SESSION_REFUSED;
}

static void add_running(const char *name, uint16_t family)
{
    struct source *source = &running[snapshot.source_count++];

    ours();
    survey.asks = true;
    snprintf(source->name, sizeof source->name, "%s", name);
    snprintf(source->label, sizeof source->label, "192.0.2.%zu", snapshot.source_count);
    source->data.address.family = family;
    snapshot.sources = running;
    snapshot.source_total = snapshot.source_count;
}

/* A pool with a single address. */
static void runs_small_pool(void)
{
    add_running("ntp.example.net", IP_V4);
    for (int i = 0; i < 7; i++)
        add_running("ntp.example.net", IP_ID);
}

static void runs_pool_without_dns(void)
{
    for (int i = 0; i < 8; i++)
        add_running("ntp.example.net", IP_ID);
}

/* The latter two are from chronyc. */
static void runs_a_and_more(void)
{
    add_running("a.example.net", IP_V4);
    add_running("b.example.org", IP_V6);
    add_running("c.example.com", IP_V4);
}

static void runs_nameless_more(void)
{
    runs_a_and_more();
    snapshot.names_error = SESSION_NOT_SUPPORTED;
}

/* Both lines of a name; of the other one the second line has no address. */
static void runs_twins(void)
{
    add_running("a.example.net", IP_V4);
    add_running("a.example.net", IP_V4);
    add_running("b.example.org", IP_V4);
    add_running("b.example.org", IP_ID);
}

/* --- files --- */

static void log_directory(mode_t type, mode_t mode, uid_t owner)
{
    ours();
    add_file(SURVEY_LOG_DIRECTORY, mode, owner)->mode = type | mode;
}

static void good_logs(void)
{
    log_directory(S_IFDIR, 0750, 990);
    add_file(SURVEY_ROTATION, 0644, 0);
}

static void logs_of_root(void)
{
    log_directory(S_IFDIR, 0755, 0);
}

static void logs_no_directory(void)
{
    log_directory(S_IFREG, 0666, 990);
}

static void logs_to_come(void)
{
    log_directory(0, 0, 0);
    files[0].error = ENOENT;
    files[0].has_place = true;
}

static void logs_without_place(void)
{
    logs_to_come();
    files[0].has_place = false;
}

static void hidden_logs(void)
{
    log_directory(0, 0, 0);
    files[0].error = EACCES;
}

static void drift_directory(mode_t mode, uid_t owner)
{
    ours();
    add_file(SURVEY_DRIFT_DIRECTORY, mode, owner)->mode = S_IFDIR | mode;
}

static void good_drift(void)
{
    drift_directory(0750, 990);
}

static void drift_of_root(void)
{
    drift_directory(0755, 0);
}

static void drift_without_clock(void)
{
    drift_of_root();
    survey.process.no_clock = true;
}

static void drift_nowhere(void)
{
    drift_of_root();
    files[0].error = ENOENT;
    files[0].has_place = true;
}

static void hidden_drift(void)
{
    drift_of_root();
    files[0].error = EACCES;
}

static void linked_log(void)
{
    good_logs();
    files[1].role = SURVEY_LOG_FILE;
    files[1].mode = S_IFLNK | 0777;
}

static void plain_log(void)
{
    linked_log();
    files[1].mode = S_IFREG | 0640;
}

static void hidden_log(void)
{
    linked_log();
    files[1].error = EACCES;
}

static void no_rotation(void)
{
    log_directory(S_IFDIR, 0750, 990);
}

static void leap_file(enum survey_role role, int error)
{
    ours();
    survey.now = 1800000000;
    survey.leap_expires = 1900000000;
    add_file(role, 0644, 0)->error = error;
}

static void good_zone(void)
{
    leap_file(SURVEY_LEAP_ZONE, 0);
}

static void no_zone(void)
{
    leap_file(SURVEY_LEAP_ZONE, ENOENT);
}

static void zone_without_leaps(void)
{
    good_zone();
    survey.zone_has_leaps = SURVEY_NO;
}

static void hidden_zone(void)
{
    leap_file(SURVEY_LEAP_ZONE, EACCES);
}

static void good_list(void)
{
    leap_file(SURVEY_LEAP_LIST, 0);
}

static void old_list(void)
{
    good_list();
    survey.leap_expires = 1700000000;
}

static void socket_directory(mode_t mode, uid_t owner)
{
    ours();
    add_file(SURVEY_SOCKET_DIRECTORY, mode, owner)->mode = S_IFDIR | mode;
    files[0].group = 990;
}

static void good_socket(void)
{
    socket_directory(0750, 990);
}

static void open_socket(void)
{
    socket_directory(0755, 990);
}

static void socket_of_root(void)
{
    socket_directory(0750, 0);
}

static void socket_of_group_root(void)
{
    good_socket();
    files[0].group = 0;
}

static void hidden_socket(void)
{
    good_socket();
    files[0].error = EACCES;
}

static void no_socket(void)
{
    good_socket();
    files[0].error = ENOENT;
}

static void open_directory(void)
{
    ours();
    add_file(SURVEY_CONFIG_DIRECTORY, 0775, 0)->group = 100;
}

static void directory_of_group_root(void)
{
    ours();
    add_file(SURVEY_CONFIG_DIRECTORY, 0775, 0)->group = 0;
}

static void open_file(void)
{
    ours();
    file_mode = 0646;
}

static void file_of_somebody(void)
{
    ours();
    file_owner = 4242;
}

static void directory_of_somebody(void)
{
    ours();
    add_file(SURVEY_CONFIG_DIRECTORY, 0755, 4242);
}

static void main_directory(mode_t mode)
{
    ours();
    add_file(SURVEY_MAIN_DIRECTORY, 0, 0)->mode = S_IFDIR | mode;
}

static void open_main_directory(void)
{
    main_directory(0777);
}

static void sticky_main_directory(void)
{
    main_directory(S_ISVTX | 0777);
}

/* The owner may replace all that is in it. */
static void sticky_main_directory_of_somebody(void)
{
    sticky_main_directory();
    files[0].owner = 4242;
}

static void main_directory_beyond_a_link(void)
{
    main_directory(0755);
    add_file(SURVEY_MAIN_DIRECTORY, 0755, 4242);
}

static void with_waiver(void)
{
    survey.waivers_path = "/etc/waivers";
    survey.waivers = waivers;
    survey.waiver_count = 1;
}

/* Of S07. */
static void with_weak_waiver(void)
{
    static struct survey_waiver weak[] = {{"S07", "the host is enough", 3}};

    with_waiver();
    survey.waivers = weak;
}

static void with_strong_waiver(void)
{
    static struct survey_waiver strong[] = {{"S07:critical", "DHCP brings them", 3}};

    with_waiver();
    survey.waivers = strong;
}

/* --- what the rules find --- */

#define A "server a.example.net iburst\n"
#define B "server b.example.org iburst\n"
#define C "server c.example.com iburst\n"
#define D "server d.example.edu iburst\n"

#define OPEN     "bindcmdaddress 0.0.0.0\n"
#define MONITOR  "cmdallow 192.0.2.5\n"
#define LAN      "allow 192.0.2.0/24\n"
#define LOOPBACK "allow 127.0.0.1\nallow ::1\n"
#define HIDDEN   "include /dev/null\n" /* it is not read, so it could say anything */

enum sample {
    HOLDS,
    HOLDS_NOT,
    LOOKS_LIKE_IT, /* a false alarm in waiting */
};

#define TWO_CLOCKS "refclock SHM 0\nrefclock SHM 1\n"
#define TEN_CLOCKS TWO_CLOCKS TWO_CLOCKS TWO_CLOCKS TWO_CLOCKS TWO_CLOCKS

/* What is found is a letter each: Critical, Warning, Information, or ? for what cannot be
 * told. */
static const struct sample_row {
    const char *rule;
    enum sample kind;
    const char *text, *found;
    void (*around)(void);
} samples[] = {
    {"X01", HOLDS, "driftfle /x\n", "C", NULL},
    {"X01", HOLDS, "server a.example.net iburst # mine\n", "C", NULL},
    {"X01", HOLDS, "include /nonexistent/a\n", "C", NULL},
    {"X01", HOLDS, A, "C", chronyd_refuses},
    {"X01", HOLDS, A, "?", chronyd_hangs},
    {"X01", HOLDS, "driftfle /x\n", "W", chronyd_accepts},
    {"X01", HOLDS, "shinyfile /x\n", "W", future},
    {"X01", HOLDS, "shinyfile /x\n", "CW", future_refuses},
    {"X01", HOLDS, "include /dev/null\n", "?", NULL},
    {"X01", HOLDS_NOT, A, "", NULL},
    {"X01", HOLDS_NOT, A, "", chronyd_accepts},
    {"X01", LOOKS_LIKE_IT, "shinyfile /x\n", "", future_accepts},
    {"X01", LOOKS_LIKE_IT, "  # driftfle\n! x\n; x\n% x\n\nDRIFTFILE /x", "", NULL},
    {"X01", LOOKS_LIKE_IT, "makestep nan(foo) 3\n", "", NULL},

    {"X02", HOLDS, "server a maxunreach 3\n", "C", old_4_3},
    {"X02", HOLDS, "opencommands tracking\n", "C", old_4_3},
    {"X02", HOLDS, "server a nts\n", "C", old_3_5},
    {"X02", HOLDS_NOT, "server a maxdelayquant 0.1\n", "", old_4_3},
    {"X02", LOOKS_LIKE_IT, "server a maxunreach 3\n", "", NULL},

    {"X03", HOLDS, "commandkey 1\n", "W", NULL},
    {"X03", HOLDS, "dumponexit\n", "W", NULL},
    {"X03", HOLDS, "ntscachedir /var/lib/chrony\n", "W", NULL},
    {"X03", HOLDS_NOT, "ntsdumpdir /var/lib/chrony\n", "", NULL},
    {"X03", LOOKS_LIKE_IT, "# dumponexit\n", "", NULL},

    {"X04", HOLDS, "cmdkey 1\n", "C", NULL},
    {"X04", HOLDS, "restrict default\n", "C", NULL},
    {"X04", HOLDS, "clientlog\n", "C", NULL},
    {"X04", HOLDS_NOT, "keyfile /x\n", "", NULL},
    {"X04", LOOKS_LIKE_IT, "commandkey 1\n", "", NULL},

    {"X05", HOLDS, "rtcfile /x\nrtcsync\n", "C", NULL},
    {"X05", HOLDS_NOT, "rtcsync\n", "", NULL},
    {"X05", LOOKS_LIKE_IT, "rtcfile /x\nrtcautotrim 30\n", "", NULL},

    {"X06", HOLDS, "noclientlog\nratelimit\n", "C", NULL},
    {"X06", HOLDS, "noclientlog\ncmdratelimit interval 2\n", "C", NULL},
    {"X06", HOLDS_NOT, "noclientlog\n", "", NULL},
    {"X06", LOOKS_LIKE_IT, "clientloglimit 1\nratelimit\n", "", NULL},

    {"X07", HOLDS, "mailonchange root@localhost 0.5\n", "C", ours},
    {"X07", HOLDS, "mailonchange root@localhost 0.5\n", "?", NULL},
    {"X07", HOLDS, "refclock RTC /dev/rtc0\nrtcsync\n", "C", NULL},
    {"X07", HOLDS, "refclock PHC /dev/ptp0 tai\n", "C", NULL},
    {"X07", HOLDS, "ntsservercert /a\nntsserverkey /b\nntsservercert /c\n", "C", NULL},
    {"X07", HOLDS, "allow 192.0.2.0/33\n", "C", NULL},
    {"X07", HOLDS_NOT, "mailonchange root@localhost 0.5\n", "", without_filter},
    {"X07", HOLDS_NOT, "refclock PHC /dev/ptp0 tai\nleapsectz right/UTC\n", "", NULL},
    {"X07", HOLDS_NOT, "ntsservercert /a\nntsserverkey /b\n", "", NULL},
    {"X07", LOOKS_LIKE_IT, "refclock RTC /dev/rtc0\n", "", NULL},
    {"X07", LOOKS_LIKE_IT, "allow 2001:db8::/48\n", "", NULL},

    {"X08", HOLDS, "maxdistance 3x\n", "W", NULL},
    {"X08", HOLDS, "makestep nan 3\n", "W", NULL},
    {"X08", HOLDS, "server a minpoll 30\n", "W", NULL},
    {"X08", HOLDS_NOT, "maxdistance 3\nserver a minpoll 24\n", "", NULL},
    {"X08", LOOKS_LIKE_IT, "makestep 1e0 -1\nserver a minpoll -7\n", "", NULL},
    {"X08", HOLDS, "server a maxpoll 3\n", "W", NULL},
    {"X08", HOLDS, "server a maxpoll 7 minpoll 8\n", "W", NULL},
    {"X08", LOOKS_LIKE_IT, "server a maxpoll 3 minpoll 3\n", "", NULL},

    {"X09", HOLDS, "sourcedir @\n", "W", sources_file},
    {"X09", HOLDS_NOT, "sourcedir /nonexistent\n", "", NULL},
    {"X09", LOOKS_LIKE_IT, "sourcedir @\n", "", sources_comment},

    {"X10", HOLDS, "makestep 1.0 3\nmakestep 0.1 3\n", "I", NULL},
    {"X10", HOLDS, "confdir @\nmakestep 1.0 3\n", "I", conf_other},
    {"X10", HOLDS_NOT, "confdir @\nmakestep 1.0 3\n", "", conf_file},
    {"X10", LOOKS_LIKE_IT, "allow 10/8\nallow 11/8\nlog rtc\nlog tracking\n", "", NULL},
    {"X10", LOOKS_LIKE_IT, "bindaddress 127.0.0.1\nbindaddress ::1\n", "", NULL},
    {"X10", HOLDS, "bindaddress 127.0.0.1\nbindaddress ::1\nbindaddress 127.0.0.2\n", "I",
     NULL},
    {"X10", HOLDS, "bindcmdaddress /run/a\nbindcmdaddress /run/b\n", "I", NULL},
    {"X10", HOLDS, "ratelimit interval 1\nratelimit interval 5\n", "I", NULL},
    {"X10", LOOKS_LIKE_IT, "ratelimit interval 1\nratelimit burst 5 interval 1\n", "",
     NULL},
    {"X10", LOOKS_LIKE_IT, "bindaddress ::1\nbindaddress ::1\n", "", NULL},

    {"X11", HOLDS, "sourcedir /nonexistent # mine\n", "W", NULL},
    {"X11", HOLDS, "include @\n", "W", NULL},
    {"X11", HOLDS_NOT, "sourcedir /nonexistent\n", "", NULL},
    {"X11", LOOKS_LIKE_IT, "# sourcedir /nonexistent # mine\n", "", NULL},

    {"X12", HOLDS, "include @/*.none\n", "I", NULL},
    {"X12", HOLDS, "confdir /nonexistent\n", "I", ours},
    {"X12", HOLDS_NOT, "confdir @\n", "", ours},
    {"X12", LOOKS_LIKE_IT, "sourcedir /run/chrony-dhcp-none\n", "", ours},
    {"X12", LOOKS_LIKE_IT, "confdir /nonexistent\n", "", NULL},

    {"X13", HOLDS, "allow clients.example.net\n", "W", NULL},
    {"X13", HOLDS_NOT, LAN, "", NULL},
    {"X13", LOOKS_LIKE_IT, "allow\nallow all\nallow 10.1\n", "", NULL},

    {"S01", HOLDS, A B C, "W", NULL},
    {"S01", HOLDS_NOT, A "server b.example.org nts\n", "", NULL},
    {"S01", HOLDS_NOT, "server a.example.net key 5\n", "", NULL},
    {"S01", LOOKS_LIKE_IT, "server 169.254.169.123 iburst\n", "", NULL},
    {"S01", LOOKS_LIKE_IT, "server 169.254.169.254 iburst\n", "", NULL},
    {"S01", LOOKS_LIKE_IT, "refclock PPS /dev/pps0\nserver a noselect\n", "", NULL},
    {"S01", LOOKS_LIKE_IT, A "refclock PPS /dev/pps0 trust require prefer\n", "", NULL},
    {"S01", HOLDS, A "refclock PPS /dev/pps0 trust\n", "W", NULL},
    {"S01", HOLDS, A "refclock PPS /dev/pps0 trust require noselect\n", "W", NULL},

    {"S02", HOLDS, A "server b.example.org nts\nauthselectmode ignore\n", "W", NULL},
    {"S02", HOLDS, A B "server c nts\nauthselectmode require\n", "W", NULL},
    {"S02", HOLDS, A "server b.example.org nts\n", "I", NULL},
    {"S02", HOLDS_NOT, "server a nts\nserver b nts\n", "", NULL},
    {"S02", HOLDS_NOT, A "server b nts\nserver c nts\nauthselectmode prefer\n", "", NULL},
    {"S02", LOOKS_LIKE_IT, A B "authselectmode ignore\n", "", NULL},
    {"S02", LOOKS_LIKE_IT, "server a nts\nserver b noselect\n", "", NULL},
    {"S02", LOOKS_LIKE_IT, A "server b key 1\n", "", old_3_5},
    {"S02", LOOKS_LIKE_IT, A "server b nts\nauthselectmode ignore\n" HIDDEN, "?", NULL},
    {"S02", LOOKS_LIKE_IT, A "server b nts\n" HIDDEN, "?", NULL},

    {"S03", HOLDS, "server a key 5\n", "C", NULL},
    {"S03", HOLDS, "server a key 5\nkeyfile /etc/some\n", "C", good_keys},
    {"S03", HOLDS, "server a key 1\nkeyfile /etc/some\n", "C", missing_keys},
    {"S03", HOLDS, "server a key 1\nkeyfile /etc/some\n", "W", keys_of_root},
    {"S03", HOLDS, "server a key 1\nkeyfile /etc/some\n", "?", hidden_keys},
    {"S03", HOLDS, "server a key 1\nkeyfile /etc/some\n", "?", unreachable_keys},
    {"S03", HOLDS_NOT, "server a key 1\nkeyfile /etc/some\n", "", good_keys},
    {"S03", LOOKS_LIKE_IT, "server a key 5\nkeyfile /etc/some\n", "", NULL},
    {"S03", LOOKS_LIKE_IT, A "keyfile /etc/some\n", "", missing_keys},
    {"S03", LOOKS_LIKE_IT, "server a key 5\n" HIDDEN, "?", NULL},
    {"S03", LOOKS_LIKE_IT, "server a key 5\nkeyfile /etc/some\n" HIDDEN, "?", good_keys},

    {"S04", HOLDS, "keyfile /etc/some\n", "I", empty_keys},
    {"S04", HOLDS, "keyfile /etc/some\n", "?", hidden_keys},
    {"S04", HOLDS_NOT, "keyfile /etc/some\n", "", good_keys},
    {"S04", LOOKS_LIKE_IT, "keyfile /etc/some\n", "", missing_keys},
    {"S04", LOOKS_LIKE_IT, "keyfile /etc/some\n", "", NULL},

    {"S05", HOLDS, "server a key 1\nkeyfile /etc/some\n", "C", open_keys},
    {"S05", HOLDS, "server a key 1\nkeyfile /etc/some\n", "C", keys_of_others},
    {"S05", HOLDS, "keyfile /etc/some\n", "W", open_keys},
    {"S05", HOLDS, "keyfile /etc/some\n", "W", keys_of_chronyd},
    {"S05", HOLDS, "ntsserverkey /etc/some\n", "C", open_nts_key},
    {"S05", HOLDS, "keyfile /etc/some\n", "?", unreachable_keys},
    {"S05", HOLDS_NOT, "server a key 1\nkeyfile /etc/some\n", "", good_keys},
    {"S05", LOOKS_LIKE_IT, "server a key 1\nkeyfile /etc/some\n", "", sheltered_keys},
    {"S05", LOOKS_LIKE_IT, "keyfile /etc/some\n", "", read_only_keys_of_chronyd},
    {"S05", LOOKS_LIKE_IT, "server a key 1\nkeyfile /etc/some\n" HIDDEN, "?", open_keys},
    {"S05", HOLDS, "ntsserverkey /etc/some\n" HIDDEN, "C", open_nts_key},

    {"S06", HOLDS, "keyfile /etc/some\n", "W", md5_keys},
    {"S06", HOLDS, "keyfile /etc/some\n", "W", short_keys},
    {"S06", HOLDS, "keyfile /etc/some\n", "W", repeated_keys},
    {"S06", HOLDS, "server a key 1\nserver b key 1\n", "W", NULL},
    {"S06", HOLDS, "server a key 1\nkeyfile /etc/some\n", "?", hidden_keys},
    {"S06", HOLDS_NOT, "server a key 1\nserver b key 2\n", "", good_keys},
    {"S06", LOOKS_LIKE_IT, "keyfile /etc/some\n", "", hidden_keys},
    {"S06", LOOKS_LIKE_IT, "server a key 1\nkeyfile /etc/some\n", "", missing_keys},

    {"S07", HOLDS, "rtcsync\n", "C", NULL},
    {"S07", HOLDS, A "authselectmode require\n", "C", NULL},
    {"S07", HOLDS, "sourcedir /nonexistent\n", "?", NULL},
    {"S07", HOLDS, "sourcedir /nonexistent\n", "C", runs_no_source},
    {"S07", HOLDS, "include /dev/null\n", "?", NULL},
    {"S07", HOLDS, A B, "W", NULL},
    {"S07", HOLDS, "server metadata.google.internal iburst\n", "I", NULL},
    {"S07", HOLDS, "server 127.0.0.1 port 11123\n", "W", NULL},
    {"S07", HOLDS, "server localhost\n", "W", NULL},
    {"S07", HOLDS, "server 169.254.169.123 iburst\n", "I", NULL},
    {"S07", HOLDS, "server 169.254.169.123\nserver 169.254.169.123\n", "I", NULL},
    {"S07", HOLDS, "server 169.254.169.254\nserver 10.0.0.1\n", "W", NULL},
    {"S07", HOLDS_NOT, A B C, "", NULL},
    {"S07", LOOKS_LIKE_IT, "pool a.example.net\n", "", NULL},
    {"S07", HOLDS, "pool ntp.example.net\n", "W", runs_small_pool},
    {"S07", HOLDS, A, "W", runs_a_and_more}, /* or these were deleted since its start */
    {"S07", LOOKS_LIKE_IT, A "sourcedir /nonexistent\n", "", runs_a_and_more},
    {"S07", LOOKS_LIKE_IT, "local stratum 8\n", "", NULL},
    {"S07", LOOKS_LIKE_IT, "refclock PPS /dev/pps0\n", "", NULL},
    {"S07", LOOKS_LIKE_IT, "sourcedir /nonexistent\n", "", runs_a},
    {"S07", HOLDS, "server a noselect\n", "C", NULL},
    {"S07", HOLDS, "server a noselect\nsourcedir /nonexistent\n", "?", NULL},
    {"S07", HOLDS, A "authselectmode require\nsourcedir /nonexistent\n", "C", runs_a},
    {"S07", LOOKS_LIKE_IT, "server a noselect\nlocal\n", "", NULL},

    {"S07", HOLDS, "server 10.0.0.1\nserver 10.0.0.1\nserver 10.0.0.1\n", "W", NULL},
    {"S07", LOOKS_LIKE_IT, A A A, "", NULL}, /* a name can have three addresses */

    {"S08", HOLDS, A B "minsources 3\n", "C", NULL},
    {"S08", HOLDS, "server fd00::1\nserver FD00:0::1 port 11123\nminsources 2\n", "C",
     NULL},
    {"S08", HOLDS, "server fd00::1 noselect\nserver fd00::1\n" A "minsources 2\n", "C",
     NULL},
    {"S08", HOLDS, A B "server c noselect\nminsources 3\n", "C", NULL},
    {"S08", HOLDS_NOT, A B C "minsources 3\n", "", NULL},
    {"S08", LOOKS_LIKE_IT, "pool a.example.net\nminsources 4\n", "", NULL},
    {"S08", HOLDS, A "minsources 2\nsourcedir /nonexistent\n", "?", NULL},
    {"S08", HOLDS, A "minsources 2\nsourcedir /nonexistent\n", "?", is_silent},
    {"S08", HOLDS, A "minsources 2\nsourcedir /nonexistent\n", "C", runs_a},
    {"S08", HOLDS,
     A "server b key 1\nminsources 2\nsourcedir /nonexistent\nauthselectmode require\n",
     "C", NULL},
    {"S08", HOLDS, A "minsources 2\nsourcedir /nonexistent\n", "?", runs_nameless_more},
    {"S08", HOLDS, A "minsources 3\n", "C", runs_a_and_more},
    {"S08", LOOKS_LIKE_IT, A "minsources 3\nsourcedir /nonexistent\n", "",
     runs_a_and_more},
    {"S08", HOLDS, A "minsources 4\nsourcedir /nonexistent\n", "C", runs_a_and_more},
    {"S08", HOLDS,
     "server a.example.net noselect\nminsources 3\nsourcedir /nonexistent\n", "C",
     runs_a_and_more},
    {"S08", HOLDS, "pool ntp.example.net\nminsources 2\n", "C", runs_small_pool},
    {"S08", HOLDS, "pool ntp.example.net\n" B "minsources 3\n", "C", runs_small_pool},
    {"S08", LOOKS_LIKE_IT, "pool ntp.example.net\n" B "minsources 2\n", "",
     runs_small_pool},
    {"S08", LOOKS_LIKE_IT, "pool ntp.example.net\nminsources 3\n", "",
     runs_pool_without_dns},
    {"S08", LOOKS_LIKE_IT, A A B B "minsources 3\n", "", runs_twins},
    {"S08", HOLDS, A A B B "minsources 4\n", "C", runs_twins},

    {"S09", HOLDS, A B C D, "I", NULL},
    {"S09", HOLDS, A B C "minsources 3\n", "W", NULL},
    {"S09", HOLDS, "refclock PPS /dev/pps0\n" A "minsources 2\n", "W", NULL},
    {"S09", HOLDS_NOT, A B C D "minsources 2\n", "", NULL},
    {"S09", LOOKS_LIKE_IT, A "minsources 1\n", "", NULL},
    {"S09", LOOKS_LIKE_IT, A B C "server ntp2.lan\nlocal orphan\n", "", NULL},
    {"S09", HOLDS, A B C D "local\n", "I", NULL},

    {"S10", HOLDS, "pool pool.ntp.org\n", "I", NULL},
    {"S10", HOLDS, "server 0.us.pool.ntp.org\nserver 1.US.POOL.NTP.ORG\n", "I", NULL},
    {"S10", HOLDS_NOT, "pool 2.debian.pool.ntp.org\n" A, "", NULL},
    {"S10", LOOKS_LIKE_IT, "server notpool.ntp.org\n", "", NULL},
    {"S10", LOOKS_LIKE_IT, "pool ntp.ubuntu.com\n", "", NULL},
    {"S10", LOOKS_LIKE_IT, "pool ntp.corp.test\n", "", NULL},

    {"S11", HOLDS, "server a.example.net\nserver b.example.net\n", "W", NULL},
    {"S11", HOLDS, "server a.example.co.uk\nserver b.EXAMPLE.co.uk\n", "W", NULL},
    {"S11", LOOKS_LIKE_IT, "server time1.google.com\nserver time2.google.com\n", "",
     NULL},
    {"S11", HOLDS, "pool ntp.example.net\n", "W", NULL},
    {"S11", HOLDS_NOT, A B, "", NULL},
    {"S11", LOOKS_LIKE_IT, "server a.example.co.uk\nserver a.sample.co.uk\n", "", NULL},
    {"S11", LOOKS_LIKE_IT, "pool 2.debian.pool.ntp.org\n", "", NULL},
    {"S11", LOOKS_LIKE_IT, "server 192.168.1.1\nserver 192.168.1.2\n", "", NULL},
    {"S11", LOOKS_LIKE_IT, "server a.example.net\nserver b.example.net\n", "",
     in_a_domain},
    {"S11", LOOKS_LIKE_IT, "server a.corp.example.net\nserver b.corp.example.net\n", "",
     in_a_subdomain},

    {"S12", HOLDS, "server time.google.com\nserver time.nist.gov\n", "C", NULL},
    {"S12", HOLDS, "server 216.239.35.4\nrefclock PPS /dev/pps0\n", "C", NULL},
    {"S12", HOLDS, "server time.google.com\nserver ntp1.lan\n", "I", NULL},
    {"S12", HOLDS_NOT, "server time1.google.com\nserver time2.google.com\n", "", NULL},
    {"S12", HOLDS_NOT, A "server time.cloudflare.com\n", "", NULL},
    {"S12", LOOKS_LIKE_IT, "server time.google.com\n" A "server b noselect\n", "C", NULL},
    {"S12", LOOKS_LIKE_IT, "server time.google.com noselect\n" A, "", NULL},
    {"S12", LOOKS_LIKE_IT, "server time.google.com.example.net\n" A, "", NULL},
    {"S12", HOLDS, "server time.google.com.\nserver time.cloudflare.com\n", "C", NULL},

    {"S13", HOLDS, "server time.google.com\nleapsectz right/UTC\n", "C", NULL},
    {"S13", HOLDS, "server time.aws.com\nleapseclist /x\n", "C", NULL},
    {"S13", HOLDS_NOT, A "leapsectz right/UTC\n", "", NULL},
    {"S13", LOOKS_LIKE_IT, "server time.google.com noselect\nleapseclist /x\n", "", NULL},

    {"S14", HOLDS, "server a.example.net prefer\n" B, "I", NULL},
    {"S14", HOLDS_NOT, A B, "", NULL},
    {"S14", LOOKS_LIKE_IT, "refclock PPS /dev/pps0 prefer\n" A B, "", NULL},
    {"S14", LOOKS_LIKE_IT, "server 192.168.1.1 prefer\n" A, "", NULL},
    {"S14", LOOKS_LIKE_IT, "server a.example.net prefer\n", "", NULL},

    {"S15", HOLDS, "server a.example.net minpoll 4\n", "W", NULL},
    {"S15", HOLDS, "pool a.example.net minpoll 4 maxpoll 4\n", "W", NULL},
    {"S15", HOLDS_NOT, A, "", NULL},
    {"S15", HOLDS_NOT, "server a.example.net minpoll 6 maxpoll 6\n", "", NULL},
    {"S15", LOOKS_LIKE_IT, "server 10.0.0.1 minpoll 0\nserver fd00::1 minpoll 0\n", "",
     NULL},
    {"S15", LOOKS_LIKE_IT, "server a.example.net key 1 minpoll 4\n", "", NULL},
    {"S15", LOOKS_LIKE_IT, "refclock PPS /dev/pps0 poll 2\n", "", NULL},
    {"S15", LOOKS_LIKE_IT, "server ntp.lan. minpoll 0\n", "", NULL},
    {"S15", LOOKS_LIKE_IT, "server ntp1.example.net. minpoll 0\n", "", in_a_domain},
    {"S15", LOOKS_LIKE_IT, "server ntp1.corp.EXAMPLE.net minpoll 4\n", "",
     in_a_subdomain},
    {"S15", LOOKS_LIKE_IT, "server time.google.com minpoll 4\n", "", in_a_subdomain},
    {"S15", HOLDS, "server a.sample.net minpoll 4\n", "W", in_a_subdomain},
    {"S15", HOLDS, "server a.example.net minpoll 4\nserver ntp.example.co.uk minpoll 4\n",
     "WW", in_a_top_domain},

    {"S16", HOLDS, "server a.example.net\n", "I", NULL},
    {"S16", HOLDS_NOT, A, "", NULL},
    {"S16", LOOKS_LIKE_IT, "refclock PPS /dev/pps0\n", "", NULL},
    {"S16", LOOKS_LIKE_IT, "server a\n" HIDDEN, "?", NULL},

    {"S17", HOLDS, "server a offline\n", "I", NULL},
    {"S17", HOLDS, "peer a\n", "W", NULL},
    {"S17", HOLDS, "server a version 3\n", "I", NULL},
    {"S17", HOLDS, "server a trust\n", "I", NULL},
    {"S17", HOLDS_NOT, A, "", NULL},
    {"S17", LOOKS_LIKE_IT, "server a trust require nts\nrefclock PPS /x trust\n", "",
     NULL},
    {"S17", LOOKS_LIKE_IT, "server a version 4\nserver offline\n", "", NULL},

    {"S18", HOLDS, "server a nts\n", "I", NULL},
    {"S18", HOLDS, "server a nts\nntsdumpdir /x\nnocerttimecheck 1\n", "W", NULL},
    {"S18", HOLDS, "server a nts\nntsdumpdir /x\nnosystemcert\n", "C", NULL},
    {"S18", HOLDS_NOT, "server a nts\nntsdumpdir /x\nnosystemcert\nntstrustedcerts /y\n",
     "", NULL},
    {"S18", HOLDS, "ntsserverkey /etc/some\n", "W", nts_key_of_root},
    {"S18", HOLDS, "ntsserverkey /etc/some\n", "W", missing_nts_key},
    {"S18", HOLDS, "ntsserverkey /etc/some\n", "?", unreachable_nts_key},
    {"S18", HOLDS_NOT, "ntsserverkey /etc/some\n", "", good_nts_key},
    {"S18", LOOKS_LIKE_IT, "ntsserverkey /etc/some\n", "", nts_key_of_nobody_known},
    {"S18", LOOKS_LIKE_IT, A "nosystemcert\nnocerttimecheck 1\n", "", NULL},
    {"S18", LOOKS_LIKE_IT, "server a nts\nntscachedir /x\nnocerttimecheck 0\n", "", NULL},
    {"S18", LOOKS_LIKE_IT,
     "server a nts\nntsdumpdir /x\nnosystemcert\nnocerttimecheck 1\n" HIDDEN, "??", NULL},

    {"S19", HOLDS, A, "I", NULL},
    {"S19", HOLDS, "include /dev/null\n", "?", NULL},
    {"S19", HOLDS_NOT, "driftfile /x\n", "", NULL},
    {"S19", LOOKS_LIKE_IT, A, "", steers_nothing},
    {"S19", HOLDS, "driftfile /etc/some/drift\n", "W", drift_of_root},
    {"S19", HOLDS, "driftfile /etc/some/drift\n", "W", drift_nowhere},
    {"S19", HOLDS, "driftfile /etc/some/drift\n", "?", hidden_drift},
    {"S19", HOLDS_NOT, "driftfile /etc/some/drift\n", "", good_drift},
    {"S19", LOOKS_LIKE_IT, "driftfile /etc/some/drift\nntsdumpdir /etc/some\n", "",
     drift_nowhere},
    {"S19", LOOKS_LIKE_IT, "driftfile /etc/some/drift\n", "", drift_without_clock},

    {"S20", HOLDS, "server 203.0.113.5\n", "I", NULL},
    {"S20", HOLDS, "server 2001:db8::5\n", "I", NULL},
    {"S20", HOLDS_NOT, A, "", NULL},
    {"S20", LOOKS_LIKE_IT, "server 172.31.0.1\nserver fe80::1%eth0\nserver ::1\n", "",
     NULL},

    {"S21", HOLDS, A, "W", runs_b},
    {"S21", HOLDS, A, "?", runs_without_names},
    {"S21", HOLDS_NOT, A, "", runs_a},
    {"S21", LOOKS_LIKE_IT, "server 192.0.2.11\n", "", runs_without_names},
    {"S21", LOOKS_LIKE_IT, A, "", is_silent},
    {"S21", LOOKS_LIKE_IT, "refclock PPS /dev/pps0\n", "", runs_refclock},
    {"S21", HOLDS, A, "?", runs_another_file},
    {"S21", LOOKS_LIKE_IT, A, "", runs_another_elsewhere},
    {"S21", LOOKS_LIKE_IT, "server 2001:DB8:0:0::1\n", "", runs_address},

    {"S22", HOLDS, A, "I", runs_b},
    {"S22", HOLDS_NOT, A, "", runs_a},
    {"S22", LOOKS_LIKE_IT, A, "", runs_without_names},
    {"S22", LOOKS_LIKE_IT, A, "", runs_refclock},
    {"S22", LOOKS_LIKE_IT, A, "", runs_another_file},
    {"S22", LOOKS_LIKE_IT, "server 2001:DB8:0:0::1\n", "", runs_address},

    {"S23", HOLDS, "server 10.0.0.1\nserver 10.0.0.2\npeer 10.0.0.1 port 11123\n", "W",
     NULL},
    {"S23", HOLDS, "server fd00::1\nserver FD00:0::1\n" A "server fd00::1\n", "WW", NULL},
    {"S23", HOLDS_NOT, "server 10.0.0.1\nserver 10.0.0.2\n", "", NULL},
    {"S23", LOOKS_LIKE_IT, A A, "", NULL},
    {"S23", LOOKS_LIKE_IT, "server fe80::1%eth0\nserver fe80::1%eth1\n", "", NULL},
    {"S23", LOOKS_LIKE_IT, "refclock PPS /dev/pps0\nrefclock PPS /dev/pps1\n", "", NULL},

    {"S24", HOLDS, "refclock PPS /dev/pps0 lock GPS\nrefclock SHM 0\n", "W", NULL},
    {"S24", HOLDS, "refclock PPS /dev/pps0 lock GPS\nrefclock SHM 0 refid gps\n", "W",
     NULL},
    {"S24", HOLDS_NOT, "refclock PPS /dev/pps0 lock GPS\nrefclock SHM 0 refid GPS\n", "",
     NULL},
    {"S24", LOOKS_LIKE_IT, A "refclock SHM 0\nrefclock PPS /dev/pps0 lock SHM0\n", "",
     NULL},
    {"S24", LOOKS_LIKE_IT,
     "refclock PPS /dev/pps0 lock SOCK\n"
     "refclock SOCK /x refid SOCK\n",
     "", NULL},
    {"S24", LOOKS_LIKE_IT,
     TEN_CLOCKS "refclock SHM 10\nrefclock PPS /dev/pps0 lock SH10\n", "", NULL},
    {"S24", HOLDS, TEN_CLOCKS "refclock SHM 10\nrefclock PPS /dev/pps0 lock SHM10\n", "W",
     NULL},
    {"S24", LOOKS_LIKE_IT, "refclock PPS /dev/pps0 lock GPS\n" HIDDEN, "?", NULL},

    {"A01", HOLDS, OPEN "cmdallow 192.0.2.0/24\n", "W", NULL},
    {"A01", HOLDS, "cmdallow 192.0.2.0/24\n", "I", NULL},
    {"A01", HOLDS_NOT, OPEN MONITOR, "", NULL},
    {"A01", LOOKS_LIKE_IT, "bindcmdaddress 127.0.0.1\ncmdallow 127.0.0.1\n", "", NULL},
    {"A01", LOOKS_LIKE_IT, OPEN "cmdallow 2001:db8::5\n", "", NULL},
    {"A01", LOOKS_LIKE_IT, OPEN "cmdallow 192.0.2.0/24\n" HIDDEN, "?", NULL},
    {"A01", LOOKS_LIKE_IT, MONITOR HIDDEN, "?", NULL},
    {"A01", LOOKS_LIKE_IT, "cmdallow ::1/128\ncmdallow 127/8\ncmdallow localhost\n", "",
     NULL},
    {"A01", LOOKS_LIKE_IT, OPEN "cmdallow 0/1\ncmdallow 128/1\n", "", NULL},
    {"A01", LOOKS_LIKE_IT, OPEN MONITOR "cmdallow 127.0.0.0/8\n", "", NULL},

    {"A02", HOLDS, OPEN "cmdallow all\n", "C", NULL},
    {"A02", HOLDS, OPEN "cmdallow 0/0\n", "C", NULL},
    {"A02", HOLDS, OPEN, "W", NULL},
    {"A02", HOLDS_NOT, OPEN MONITOR, "", NULL},
    {"A02", LOOKS_LIKE_IT, "cmdallow all\n", "", NULL},
    {"A02", LOOKS_LIKE_IT, OPEN "cmdport 0\ncmdallow all\n", "", NULL},
    {"A02", LOOKS_LIKE_IT, OPEN "bindcmddevice eth1\n", "", NULL},
    {"A02", LOOKS_LIKE_IT, OPEN HIDDEN, "?", NULL},
    {"A02", LOOKS_LIKE_IT, OPEN "cmdallow all\n" HIDDEN, "?", NULL},
    {"A02", LOOKS_LIKE_IT, "bindcmdaddress 10.0.0.1\n" MONITOR "cmdallow ::/0\n", "",
     NULL},
    {"A02", HOLDS, "bindcmdaddress 10.0.0.1\ncmdallow ::/0\n", "W", NULL},
    {"A02", HOLDS, "bindcmdaddress 10.0.0.1\nbindcmdaddress 2001:db8::1\ncmdallow ::/0\n",
     "CW", NULL},
    {"A02", LOOKS_LIKE_IT, "bindcmdaddress 0:0:0:0:0:0:0:1\n", "", NULL},
    {"A02", HOLDS, OPEN "cmdallow 0/1\ncmdallow 128/1\n", "C", NULL},
    {"A02", HOLDS, "bindcmdaddress ::\ncmdallow 2000::/3\n", "C", NULL},
    {"A02", LOOKS_LIKE_IT, "bindcmdaddress ::\ncmdallow 2000::/4\n", "", NULL},

    {"A03", HOLDS, OPEN MONITOR "opencommands tracking ntpdata\n", "W", NULL},
    {"A03", HOLDS_NOT, OPEN MONITOR "opencommands tracking\n", "", NULL},
    {"A03", LOOKS_LIKE_IT, "opencommands tracking ntpdata serverstats\n", "", NULL},

    {"A04", HOLDS, "opencommands tracking sources sourcename\n", "I", NULL},
    {"A04", HOLDS, "cmdport 0\n", "I", NULL},
    {"A04", HOLDS, "bindcmdaddress /\n", "I", NULL},
    {"A04", HOLDS_NOT, "opencommands tracking sources sourcename sourcestats\n", "",
     NULL},
    {"A04", LOOKS_LIKE_IT, "bindcmdaddress /run/x/sock\ncmdport 11323\n", "", NULL},

    {"A05", HOLDS, OPEN MONITOR, "I", NULL},
    {"A05", HOLDS, OPEN MONITOR "cmdratelimit interval 3 burst 1 leak 4\n", "W", NULL},
    {"A05", HOLDS, "cmdratelimit interval 3 burst 1 leak 4\n", "I", NULL},
    {"A05", HOLDS_NOT, OPEN MONITOR "cmdratelimit\n", "", NULL},
    {"A05", LOOKS_LIKE_IT, OPEN MONITOR "cmdratelimit interval -4 burst 16\n", "", NULL},
    {"A05", LOOKS_LIKE_IT, "cmdratelimit\n", "", NULL},

    {"A06", HOLDS, "allow\n", "W", NULL},
    {"A06", HOLDS, "allow ::/0\n", "W", NULL},
    {"A06", HOLDS, "allow all\nport 11123\n", "W", NULL},
    {"A06", HOLDS_NOT, LAN, "", NULL},
    {"A06", LOOKS_LIKE_IT, "allow\n", "", as_public_server},
    {"A06", LOOKS_LIKE_IT, "allow\nport 0\n", "", NULL},
    {"A06", LOOKS_LIKE_IT, "allow\n" HIDDEN, "?", NULL},
    {"A06", HOLDS, "allow 0/1\nallow 128/1\n", "W", NULL},
    {"A06", HOLDS, "allow 0/0\ndeny 10/8\n", "W", NULL},
    {"A06", LOOKS_LIKE_IT, "allow 0/1\nallow 128/2\n", "", NULL},
    {"A06", HOLDS, "allow 2000::/3\n", "W", NULL},
    {"A06", HOLDS, "allow 2000::/4\nallow 3000::/4\n", "W", NULL},
    {"A06", LOOKS_LIKE_IT, "allow fd00::/8\nallow 2001:db8::/32\n", "", NULL},

    {"A07", HOLDS, "allow\n", "W", NULL},
    {"A07", HOLDS, LAN, "W", as_public_server},
    {"A07", HOLDS, LAN, "I", NULL},
    {"A07", HOLDS_NOT, LAN "ratelimit interval 1 burst 16 leak 2\n", "", NULL},
    {"A07", LOOKS_LIKE_IT, A, "", NULL},
    {"A07", LOOKS_LIKE_IT, LAN, "", as_client},
    {"A07", LOOKS_LIKE_IT, LOOPBACK, "", NULL},

    {"A08", HOLDS, "allow 10/8\n", "I", NULL},
    {"A08", HOLDS, LAN "clientloglimit 10000\n", "I", NULL},
    {"A08", HOLDS_NOT, "allow 10/8\nclientloglimit 4194304\n", "", NULL},
    {"A08", LOOKS_LIKE_IT, LAN, "", NULL},
    {"A08", LOOKS_LIKE_IT, "clientloglimit 10000\n", "", NULL},

    {"A09", HOLDS, LAN, "I", NULL},
    {"A09", HOLDS, LAN, "I", dual_stack},
    {"A09", HOLDS, "server a ipv4\nserver b ipv4\n", "I", NULL},
    {"A09", HOLDS, A, "I", started_with_4},
    {"A09", HOLDS, "bindaddress ::\n", "I", NULL},
    {"A09", HOLDS_NOT, LAN "allow 2001:db8::/48\n", "", NULL},
    {"A09", HOLDS_NOT, "server a ipv4\nserver b\n", "", NULL},
    {"A09", LOOKS_LIKE_IT, LAN, "", ipv4_alone},
    {"A09", LOOKS_LIKE_IT, "bindaddress 2001:db8::1\n", "", NULL},

    {"A10", HOLDS, "bindaddress 192.0.2.9\n", "W", dual_stack},
    {"A10", HOLDS, "bindacqaddress 2001:db8::9\n", "W", dual_stack},
    {"A10", HOLDS, "port 0\n" LAN, "W", NULL},
    {"A10", HOLDS, "bindaddress 127.0.0.1\n" LAN, "W", NULL},
    {"A10", HOLDS, "bindaddress ::1\nallow 2001:db8::/48\n", "W", NULL},
    {"A10", LOOKS_LIKE_IT, "bindaddress ::1\n" LAN, "", NULL},
    {"A10", LOOKS_LIKE_IT, "bindaddress 127.0.0.1\n" LOOPBACK, "", NULL},
    {"A10", LOOKS_LIKE_IT, "bindaddress 127.0.0.1\nbindaddress 192.0.2.1\n" LAN, "",
     NULL},
    {"A10", HOLDS_NOT, "bindaddress 192.0.2.1\nbindaddress 2001:db8::1\n", "",
     dual_stack},
    {"A10", LOOKS_LIKE_IT, "bindaddress 192.0.2.9\n", "", NULL},
    {"A10", LOOKS_LIKE_IT, "bindcmdaddress 0.0.0.0\nbindcmdaddress /run/x\n", "",
     dual_stack},
    {"A10", LOOKS_LIKE_IT, "port 0\n", "", NULL},
    {"A10", LOOKS_LIKE_IT, "port 0\n" LAN HIDDEN, "?", NULL},
    {"A10", LOOKS_LIKE_IT, "bindaddress 127.0.0.62\n", "", dual_stack},

    {"A11", HOLDS, "ntpsigndsocket /x\nallow\n", "I", NULL},
    {"A11", HOLDS_NOT, "ntpsigndsocket /x\n" LAN, "", NULL},
    {"A11", LOOKS_LIKE_IT, "allow\n", "", NULL},

    {"A12", HOLDS, LAN, "W", deaf_to_ipv4},
    {"A12", HOLDS, LAN, "?", hidden_sockets},
    {"A12", HOLDS_NOT, LAN, "", ours},
    {"A12", LOOKS_LIKE_IT, "allow 2001:db8::/48\n", "", deaf_to_ipv4},
    {"A12", LOOKS_LIKE_IT, "bindaddress 127.0.0.1\n" LAN, "", deaf_to_ipv4},
    {"A12", LOOKS_LIKE_IT, LAN, "", unseen},
    {"A12", LOOKS_LIKE_IT, LAN, "", NULL},

    {"A13", HOLDS, A, "W", as_server},
    {"A13", HOLDS, LAN, "W", as_client},
    {"A13", HOLDS_NOT, LAN, "", as_server},
    {"A13", HOLDS_NOT, A, "", as_client},
    {"A13", LOOKS_LIKE_IT, A, "", NULL},
    {"A13", LOOKS_LIKE_IT, LOOPBACK, "", as_client},
    {"A13", LOOKS_LIKE_IT, LOOPBACK, "W", as_server},
    {"A13", LOOKS_LIKE_IT, LAN "deny 192.0.2.0/24\n", "", as_client},
    {"A13", HOLDS, "allow 10.0.0.0/8\ndeny all\n", "W", NULL},
    {"A13", HOLDS, "allow 10.0.0.0/8\ndeny all\n", "W", as_server},
    {"A13", LOOKS_LIKE_IT, "deny all\nallow 10.0.0.0/8\n", "", NULL},
    {"A13", LOOKS_LIKE_IT, "allow 127.0.0.1\nallow ::1\ndeny 10/8\n", "", NULL},
    {"A13", LOOKS_LIKE_IT, LAN "port 0\n", "", NULL},

    {"C01", HOLDS, A, "W", NULL},
    {"C01", HOLDS, "makestep 1.0 0\n", "W", NULL},
    {"C01", HOLDS_NOT, "makestep 1.0 3\n", "", NULL},
    {"C01", LOOKS_LIKE_IT, "makestep 0 -1\n", "", NULL},
    {"C01", LOOKS_LIKE_IT, "initstepslew 30 a.example.net\n", "", NULL},
    {"C01", LOOKS_LIKE_IT, A, "", steers_nothing},
    {"C01", LOOKS_LIKE_IT, A, "", sets_at_start},

    {"C02", HOLDS, A "makestep 1.0 -1\n", "W", NULL},
    {"C02", HOLDS, A "makestep 1.0 100\n", "W", NULL},
    {"C02", HOLDS, A "refclock PHC /dev/ptp0\nmakestep 1.0 -1\n", "I", NULL},
    {"C02", HOLDS, "local\nmanual\nmakestep 1.0 -1\n", "I", NULL},
    {"C02", HOLDS_NOT, "makestep 1.0 3\n", "", NULL},
    {"C02", LOOKS_LIKE_IT, "makestep 1.0 10\n", "", NULL},
    {"C02", LOOKS_LIKE_IT, "makestep 1.0 -1\n" HIDDEN, "?", NULL},

    {"C03", HOLDS, A, "I", NULL},
    {"C03", HOLDS, "maxupdateskew 500\n", "I", NULL},
    {"C03", HOLDS, "maxupdateskew 0.1\n", "W", NULL},
    {"C03", HOLDS_NOT, "maxupdateskew 100.0\n", "", NULL},
    {"C03", LOOKS_LIKE_IT, "maxupdateskew 1\n", "", NULL},

    {"C04", HOLDS, A, "I", NULL},
    {"C04", HOLDS_NOT, "rtcsync\n", "", NULL},
    {"C04", LOOKS_LIKE_IT, "rtcfile /x\n", "", NULL},
    {"C04", LOOKS_LIKE_IT, A, "", steers_nothing},

    {"C05", HOLDS, A LAN, "I", NULL},
    {"C05", HOLDS, "leapsectz right/UTC\n", "W", no_zone},
    {"C05", HOLDS, "leapsectz right/UTC\n", "?", hidden_zone},
    {"C05", HOLDS, "leapseclist /x\n", "W", old_list},
    {"C05", HOLDS_NOT, A LAN "leapsectz right/UTC\n", "", good_zone},
    {"C05", HOLDS_NOT, A LAN "leapseclist /x\n", "", good_list},
    {"C05", LOOKS_LIKE_IT, "server time.google.com\n" LAN, "", NULL},
    {"C05", LOOKS_LIKE_IT, A, "", NULL},
    {"C05", LOOKS_LIKE_IT, A LOOPBACK, "", NULL},
    {"C05", HOLDS, "leapsectz Europe/Berlin\n", "W", zone_without_leaps},

    {"C06", HOLDS, LAN "leapsecmode slew\n", "W", NULL},
    {"C06", HOLDS, LAN "smoothtime 400 0.001\n", "W", NULL},
    {"C06", HOLDS, "smoothtime 400 0.001 leaponly\n", "W", NULL},
    {"C06", HOLDS_NOT, LAN "leapsecmode slew\nsmoothtime 400 0.001024 leaponly\n", "",
     NULL},
    {"C06", LOOKS_LIKE_IT, "leapsecmode slew\n", "", NULL},
    {"C06", LOOKS_LIKE_IT, LOOPBACK "leapsecmode slew\n", "", NULL},
    {"C06", LOOKS_LIKE_IT, LAN "leapsecmode system\n", "", NULL},
    {"C06", LOOKS_LIKE_IT, LAN "leapsecmode slew\n" HIDDEN, "?", NULL},
    {"C06", LOOKS_LIKE_IT, LAN "smoothtime 400 0.001\n" HIDDEN, "?", NULL},
    {"C06", LOOKS_LIKE_IT, "smoothtime 400 0.001 leaponly\n" HIDDEN, "?", NULL},
    {"C06", HOLDS, "allow\nsmoothtime 400 0.001\n", "C", NULL},
    {"C06", LOOKS_LIKE_IT, LAN "local\nsmoothtime 400 0.001\n", "", NULL},
    {"C06", HOLDS, A LAN "local\nsmoothtime 400 0.001\n", "W", NULL},

    {"C07", HOLDS, "maxslewrate 100\n", "W", NULL},
    {"C07", HOLDS, LAN "maxslewrate 1000\n", "W", NULL},
    {"C07", HOLDS_NOT, A, "", NULL},
    {"C07", LOOKS_LIKE_IT, "maxslewrate 1000\n", "", NULL},
    {"C07", LOOKS_LIKE_IT, LOOPBACK "maxslewrate 1000\n", "", NULL},
    {"C07", LOOKS_LIKE_IT, LAN "maxslewrate 1000\nsmoothtime 400 0.001 leaponly\n", "",
     NULL},
    {"C07", LOOKS_LIKE_IT, LAN "maxslewrate 1000\n" HIDDEN, "?", NULL},
    {"C07", LOOKS_LIKE_IT, LAN "maxslewrate 100000\n", "", NULL},
    {"C07", LOOKS_LIKE_IT, LAN "maxslewrate 83333.333\n", "", NULL},
    {"C07", LOOKS_LIKE_IT, "maxslewrate 100\nmaxchange 100 1 2\n", "", NULL},
    {"C07", HOLDS, LAN "maxslewrate 100\nmaxchange 100 1 2\n", "W", NULL},

    {"C08", HOLDS, A LAN "local stratum 1 activate 0.5\n", "W", NULL},
    {"C08", LOOKS_LIKE_IT, A "local stratum 1 activate 0.5\n", "", NULL},
    {"C08", HOLDS, "peer 10.0.0.2\nlocal activate 0.5\n", "W", NULL},
    {"C08", HOLDS, A "local stratum 10 orphan\n", "I", NULL},
    {"C08", HOLDS, A LAN "local\n", "I", NULL},
    {"C08", LOOKS_LIKE_IT, A "local\n", "", NULL},
    {"C08", HOLDS, LAN "server ntp2.lan\nminsources 2\nlocal orphan\n", "W", old_4_3},
    {"C08", LOOKS_LIKE_IT, "server ntp2.lan\nminsources 2\nlocal orphan\n", "", old_4_3},
    {"C08", HOLDS_NOT, A LAN "server ntp2.lan\nlocal orphan activate 0.5\n", "", NULL},
    {"C08", HOLDS_NOT, LAN "server ntp2.lan\nminsources 1\nlocal orphan\n", "", old_4_3},
    {"C08", LOOKS_LIKE_IT, LAN "server ntp2.lan\nminsources 2\nlocal\n", "", old_4_3},
    {"C08", HOLDS_NOT, A LAN "local waitunsynced 300\n", "", NULL},
    {"C08", LOOKS_LIKE_IT, LAN "server a.example.net key 1\nlocal orphan\n", "", NULL},
    {"C08", LOOKS_LIKE_IT, LAN "local stratum 1\n", "", NULL},
    {"C08", LOOKS_LIKE_IT, LAN "server ntp2.lan\nlocal orphan\n", "", old_4_6},
    {"C08", LOOKS_LIKE_IT, A LAN "local\n", "", old_4_3},

    {"C09", HOLDS, "maxdistance 16\n", "I", NULL},
    {"C09", HOLDS, "maxjitter 2\n", "I", NULL},
    {"C09", HOLDS, "combinelimit 0\n", "I", NULL},
    {"C09", HOLDS, A, "I", NULL},
    {"C09", HOLDS_NOT, "maxdistance 3\nmaxjitter 1\ncombinelimit 3\n", "", NULL},
    {"C09", LOOKS_LIKE_IT, "server a.example.net nts\n", "", NULL},
    {"C09", LOOKS_LIKE_IT, A "maxdrift 100\n", "", NULL},

    {"C10", HOLDS, A "manual\n", "W", NULL},
    {"C10", LOOKS_LIKE_IT, "local stratum 8\nmanual\n" LAN, "", NULL},
    {"C10", HOLDS, "acquisitionport 123\n", "W", NULL},
    {"C10", HOLDS_NOT, A, "", NULL},
    {"C10", LOOKS_LIKE_IT, "acquisitionport 11123\n", "", NULL},

    {"L01", HOLDS, A, "I", NULL},
    {"L01", HOLDS, "log rtc\n", "I", NULL},
    {"L01", HOLDS_NOT, "log tracking\n", "", NULL},
    {"L01", LOOKS_LIKE_IT, "log rtc\nlog rawmeasurements\n", "", NULL},

    {"L02", HOLDS, "log tracking\n", "W", NULL},
    {"L02", HOLDS_NOT, "log tracking\nlogdir /var/log/chrony\n", "", NULL},
    {"L02", LOOKS_LIKE_IT, "logchange 0.1\nlogbanner 64\n", "", NULL},
    {"L02", LOOKS_LIKE_IT, "log\n", "", NULL},

    {"L03", HOLDS, "log tracking\nlogdir /etc/some\n", "W", logs_of_root},
    {"L03", HOLDS, "log tracking\nlogdir /etc/some\n", "W", logs_no_directory},
    {"L03", HOLDS, "log tracking\nlogdir /etc/some\n", "W", logs_without_place},
    {"L03", HOLDS, "log tracking\nlogdir /etc/some\n", "W", linked_log},
    {"L03", HOLDS, "log tracking\nlogdir /etc/some\n", "?", hidden_logs},
    {"L03", HOLDS, "log tracking\nlogdir /etc/some\n", "?", hidden_log},
    {"L03", HOLDS_NOT, "log tracking\nlogdir /etc/some\n", "", good_logs},
    {"L03", HOLDS_NOT, "log tracking\nlogdir /etc/some\n", "", plain_log},
    {"L03", LOOKS_LIKE_IT, "log tracking\nlogdir /etc/some\n", "", logs_to_come},
    {"L03", LOOKS_LIKE_IT, "logdir /etc/some\n", "", logs_of_root},

    {"L04", HOLDS, "log rtc\nrtcsync\n", "I", NULL},
    {"L04", HOLDS_NOT, "log rtc\nrtcfile /x\n", "", NULL},
    {"L04", LOOKS_LIKE_IT, "log refclocks\nrtcsync\n", "", NULL},

    {"L05", HOLDS, "log tracking\nlogdir /etc/some\n", "I", no_rotation},
    {"L05", HOLDS_NOT, "log tracking\nlogdir /etc/some\n", "", good_logs},
    {"L05", LOOKS_LIKE_IT, "log tracking\nlogdir /etc/some\n", "", NULL},
    {"L05", LOOKS_LIKE_IT, "logdir /etc/some\n", "", no_rotation},

    {"L06", HOLDS, "logchange 5\n", "I", NULL},
    {"L06", HOLDS, "logchange 0\n", "I", NULL},
    {"L06", HOLDS, "mailonchange root@localhost 0.5\n", "I", NULL},
    {"L06", HOLDS_NOT, "logchange 0.1\n", "", NULL},
    {"L06", LOOKS_LIKE_IT, "logchange 1\n", "", NULL},

    {"P01", HOLDS, A, "W", runs_as_root},
    {"P01", HOLDS, "user root\n", "W", NULL},
    {"P01", HOLDS, A, "?", unseen},
    {"P01", HOLDS_NOT, A, "", ours},
    {"P01", LOOKS_LIKE_IT, "user root\n", "", ours},
    {"P01", LOOKS_LIKE_IT, A, "", NULL},
    {"P01", LOOKS_LIKE_IT, "user root\n" HIDDEN, "?", NULL},
    {"P01", HOLDS, HIDDEN, "W", runs_as_root},

    {"P02", HOLDS, A, "I", without_filter},
    {"P02", HOLDS, A, "?", unseen},
    {"P02", HOLDS_NOT, A, "", ours},
    {"P02", LOOKS_LIKE_IT, A, "", never_filtered},

    {"P03", HOLDS, A, "W", open_socket},
    {"P03", HOLDS, A, "W", socket_of_root},
    {"P03", HOLDS, A, "?", hidden_socket},
    {"P03", HOLDS_NOT, A, "", good_socket},
    {"P03", LOOKS_LIKE_IT, A, "", no_socket},
    {"P03", HOLDS, A, "W", socket_of_group_root},

    {"P04", HOLDS, "confdir /etc/some\n", "W", open_directory},
    {"P04", HOLDS, A, "W", open_file},
    {"P04", HOLDS_NOT, A, "", ours},
    {"P04", LOOKS_LIKE_IT, "confdir /etc/some\n", "", directory_of_group_root},
    {"P04", HOLDS, A, "W", file_of_somebody},
    {"P04", HOLDS, A, "W", directory_of_somebody},
    {"P04", HOLDS, A, "W", open_main_directory},
    {"P04", HOLDS, A, "W", sticky_main_directory_of_somebody},
    {"P04", HOLDS, A, "W", main_directory_beyond_a_link},
    {"P04", LOOKS_LIKE_IT, A, "", sticky_main_directory},

    {"M01", HOLDS, A, "I", is_silent},
    {"M01", HOLDS_NOT, A, "", runs_a},
    {"M01", LOOKS_LIKE_IT, A, "", ours},

    {"W01", HOLDS, "log tracking\n", "I", with_waiver},
    {"W01", HOLDS_NOT, A, "", with_waiver},
    {"W01", LOOKS_LIKE_IT, "log tracking\n", "", NULL},
    {"W01", HOLDS, "rtcsync\n", "I", with_weak_waiver},
    {"W01", HOLDS, A B C, "I", with_strong_waiver},
    {"W01", HOLDS_NOT, A, "", with_weak_waiver},
    {"W01", HOLDS_NOT, A, "", with_strong_waiver},
    {"W01", LOOKS_LIKE_IT, "rtcsync\n", "", with_strong_waiver},
};

/* The findings of a rule as letters, in the order of the alphabet of severities. */
static void letters_of(const char *rule, char text[static 32])
{
    size_t length = 0;

    for (size_t i = 0; i < audit.finding_count && length < 31; i++) {
        const struct finding *finding = &audit.findings[i];

        if (!strcmp(finding->rule->id, rule))
            text[length++] = finding->is_untold ? '?' : "CWI"[finding->severity];
    }
    text[length] = '\0';
}

static void make_sample(const struct sample_row *row)
{
    set_up();
    if (row->around)
        row->around();
    make_audit(NULL, row->text);
}

static void clean_up(void)
{
    config_free(&survey.config);
}

START_TEST(finds_what_a_rule_is_for)
{
    const struct sample_row *row = &samples[_i];
    char found[32];

    make_sample(row);
    letters_of(row->rule, found);
    ck_assert_msg(!strcmp(found, row->found), "%s: found \"%s\", not \"%s\", in: %s",
                  row->rule, found, row->found, row->text);
    ck_assert_msg((row->kind == HOLDS) == (*row->found != '\0') ||
                      row->kind == LOOKS_LIKE_IT,
                  "%s: a sample of the wrong kind", row->rule);
    clean_up();
}
END_TEST

/* --- samples are complete --- */

static size_t count_samples(const char *rule, enum sample kind)
{
    size_t count = 0;

    for (int i = 0; i < COUNT(samples); i++)
        count += samples[i].kind == kind && !strcmp(samples[i].rule, rule);
    return count;
}

START_TEST(has_samples_of_each_rule)
{
    for (const struct chapter *chapter = audit_chapters; chapter->title; chapter++)
        for (const struct rule *rule = chapter->rules; rule->id; rule++)
            for (enum sample kind = HOLDS; kind <= LOOKS_LIKE_IT; kind++)
                ck_assert_msg(count_samples(rule->id, kind), "%s has no sample %u",
                              rule->id, kind);
}
END_TEST

/* Several rows may share an id: each of them must have been found. */
START_TEST(finds_each_row)
{
    const struct rule *found[256];
    size_t count = 0;

    for (int i = 0; i < COUNT(samples); i++) {
        make_sample(&samples[i]);
        for (size_t f = 0; f < audit.finding_count; f++) {
            size_t known = 0;

            while (known < count && found[known] != audit.findings[f].rule)
                known++;
            if (known == count)
                found[count++] = audit.findings[f].rule;
        }
        clean_up();
    }
    for (const struct chapter *chapter = audit_chapters; chapter->title; chapter++)
        for (const struct rule *rule = chapter->rules; rule->id; rule++) {
            size_t known = 0;

            while (known < count && found[known] != rule)
                known++;
            ck_assert_msg(known < count, "%s, \"%s\", was never found", rule->id,
                          rule->finding);
        }
}
END_TEST

/* What stands whatever else chronyd reads. */
static const char standing[] =
    "X01 X02 X03 X04 X05 X06 X07 X08 X09 X10 X11 X12 X13 S05 S06 S12 S13 S14 S15 S17 "
    "S20 S21 S23 A09 C10 L05 L06 P01 P02 P04 M01";

/* A file that could not be read may undo what is found in the others. */
START_TEST(alarms_of_no_part)
{
    const struct sample_row *row = &samples[_i];
    char text[512];

    set_up();
    if (row->around)
        row->around();
    snprintf(text, sizeof text, "%s\n" HIDDEN, row->text);
    make_audit(NULL, text);
    for (size_t i = 0; i < audit.finding_count; i++)
        ck_assert_msg(
            audit.findings[i].is_untold || strstr(standing, audit.findings[i].rule->id),
            "%s: is told of a part of: %s", audit.findings[i].rule->id, row->text);
    clean_up();
}
END_TEST

static const struct {
    const char *file; /* of the directory, as chronyd names it */
    size_t line;
    const char *reason;
    const char *found; /* its name, line and detail */
} refusals[] = {
    {"a.conf", 5, "Invalid directive", "a.conf:5 Invalid directive"},
    {"chrony.conf", 1, "Invalid directive", "chrony.conf:1 Invalid directive"},
    {NULL, 5, "Invalid directive", "chrony.conf:5 Invalid directive"},
    {NULL, 0, NULL, "chrony.conf:0 see what it says"},
    {"hunter2", 5, NULL, "chrony.conf:0 see what it says in an included file"},
};

/* Where chronyd says; but no name is shown that was not read here. */
START_TEST(names_the_place_of_a_refusal)
{
    const struct finding *finding = audit.findings;
    char found[256];

    set_up();
    second(SECOND_REFUSES);
    survey.second.line = refusals[_i].line;
    survey.second.reason = refusals[_i].reason;
    if (refusals[_i].file)
        snprintf(survey.second.file, SECOND_FILE, "%s/%s", directory, refusals[_i].file);
    write_file("a.conf", "rtcsync\n");
    make_audit(NULL, "include @/a.conf\n");
    while (strcmp(finding->rule->id, "X01") != 0)
        finding++;
    snprintf(found, sizeof found, "%s:%zu %s", strrchr(finding->path, '/') + 1,
             finding->line, finding->detail);
    ck_assert_str_eq(found, refusals[_i].found);
    clean_up();
}
END_TEST

/* There are sources: more of the same kind would not help. */
START_TEST(tells_what_keeps_sources_out)
{
    static const char *const texts[] = {A B C "authselectmode require\n",
                                        "server a noselect\n"};

    for (size_t i = 0; i < 2; i++) {
        set_up();
        settings.audit.ignore = "S01,S19,C01";
        make_audit(NULL, texts[i]);
        ck_assert_str_eq(audit.findings[0].rule->id, "S07");
        ck_assert_str_eq(audit.findings[0].rule->finding,
                         "no source may be selected, so the clock follows nothing");
        clean_up();
    }
}
END_TEST

/* The remedy of the first finding of a rule. */
static const char *remedy_of(const char *rule)
{
    for (size_t i = 0; i < audit.finding_count; i++)
        if (!strcmp(audit.findings[i].rule->id, rule))
            return audit.findings[i].remedy;
    return NULL;
}

/* To load the keys again helps only where chronyd was told of a file. */
START_TEST(tells_what_brings_a_key)
{
    set_up();
    good_keys();
    make_audit(NULL, "server a key 5\nkeyfile /etc/some\n");
    ck_assert_str_eq(remedy_of("S03"),
                     "add the key to the keyfile, then run chronyc rekey");
    clean_up();

    set_up();
    make_audit(NULL, "server a key 5\n");
    ck_assert_str_eq(remedy_of("S03"),
                     "keyfile PATH, with the key in it, then restart chronyd");
    clean_up();
}
END_TEST

/* chronyd does not start as an account that is not there. */
START_TEST(names_the_account)
{
    set_up();
    make_audit(NULL, "user root\n");
    ck_assert_str_eq(remedy_of("P01"),
                     "delete user root or -u root; without either, add user _chrony on "
                     "Debian and Ubuntu, user chrony elsewhere");
    clean_up();
}
END_TEST

/* The first line names the worst finding, and has room for what it says. */
START_TEST(says_things_briefly)
{
    for (const struct chapter *chapter = audit_chapters; chapter->title; chapter++)
        for (const struct rule *rule = chapter->rules; rule->id; rule++) {
            const char *texts[] = {rule->finding, rule->remedy};

            ck_assert_msg(strlen(texts[0]) + strlen(texts[1]) <= REASON_TEXT - 36,
                          "%s is too long", rule->id);
            for (size_t i = 0; i < 2; i++) {
                ck_assert_ptr_null(strpbrk(texts[i], "|<`\n"));
                ck_assert_int_ne(texts[i][strlen(texts[i]) - 1], '.');
            }
        }
}
END_TEST

/* --- whole files --- */

/* All findings but one, as "ID:LINE", with its letter. */
static void list_findings(char *text, size_t size)
{
    size_t length = 0;

    *text = '\0';
    for (size_t i = 0; i < audit.finding_count && length < size; i++) {
        const struct finding *finding = &audit.findings[i];

        length +=
            (size_t)snprintf(text + length, size - length, "%s%c %s:%zu", i ? ", " : "",
                             finding->is_untold ? '?' : "CWI"[finding->severity],
                             finding -> rule -> id, finding -> line);
    }
}

/* What a server ran with when it was audited. */
START_TEST(audits_the_current_file)
{
    char found[1024];

    set_up();
    make_audit(SOURCE_DIR "/tests/audit/current.conf", NULL);
    list_findings(found, sizeof found);
    ck_assert_str_eq(found, "W S01:0, I S09:0, I S10:0, I A01:14, I A07:0, I A09:0, "
                            "I C03:0, I C09:0, I L01:0");
    clean_up();
}
END_TEST

/* What that audit then recommended; chronyd does not start with it. */
START_TEST(audits_the_recommended_file)
{
    char found[1024];

    set_up();
    make_audit(SOURCE_DIR "/tests/audit/recommended.conf", NULL);
    list_findings(found, sizeof found);
    ck_assert_str_eq(
        found, "C X04:83, W S01:0, C S12:13, C S13:37, I S14:13, W S15:10, W S15:13, "
               "W S15:14, W S15:15, W S15:18, W S15:21, I A05:67, I A08:59, I A09:88, "
               "I A09:89, W C06:38, W C07:39, I C08:44, I C09:0, I L04:80");
    clean_up();
}
END_TEST

/* Its comment says to uncomment this, which chronyd does not know either. */
START_TEST(audits_its_command_key)
{
    char found[32];

    set_up();
    make_audit(NULL, "keyfile /etc/chrony.keys\ncmdkey 1\n");
    letters_of("X04", found);
    ck_assert_str_eq(found, "C");
    ck_assert_str_eq(audit.findings[0].remedy, config_directive("cmdkey")->instead);
    clean_up();
}
END_TEST

/* --- ignored and waived --- */

START_TEST(leaves_out_what_is_ignored)
{
    char found[32];

    set_up();
    settings.audit.ignore = "S01,L01";
    make_audit(NULL, A);
    letters_of("S01", found);
    ck_assert_str_eq(found, "");
    letters_of("L01", found);
    ck_assert_str_eq(found, "");
    letters_of("C01", found);
    ck_assert_str_eq(found, "W");
    clean_up();
}
END_TEST

/* What is critical is not ignored, nor waived, by the way. */
static const struct {
    const char *word, *text, *found;
} words[] = {
    {"S07", A, ""},
    {"S07", "rtcsync\n", "C"},
    {"S07", "sourcedir /nonexistent\n", ""}, /* cannot be told */
    {"S07:critical", A, ""},
    {"S07:critical", "rtcsync\n", ""},
    {"A02", OPEN, ""},
    {"A02", OPEN "cmdallow all\n", "C"},
    {"A02", "bindcmdaddress 10.0.0.1\nbindcmdaddress ::\ncmdallow ::/0\n", "C"},
    {"A02:critical", OPEN "cmdallow all\n", ""},
};

START_TEST(leaves_what_is_critical)
{
    const char id[] = {words[_i].word[0], words[_i].word[1], words[_i].word[2], '\0'};
    struct survey_waiver waiver = {words[_i].word, "why", 1};
    char list[64], found[32];
    size_t length = 0;

    set_up();
    snprintf(list, sizeof list, "L01,%s,L05", words[_i].word);
    settings.audit.ignore = list;
    make_audit(NULL, words[_i].text);
    letters_of(id, found);
    ck_assert_str_eq(found, words[_i].found);
    clean_up();

    set_up();
    with_waiver();
    survey.waivers = &waiver;
    make_audit(NULL, words[_i].text);
    for (size_t i = 0; i < audit.finding_count; i++)
        if (!strcmp(audit.findings[i].rule->id, id) && !audit.findings[i].waiver)
            length++;
    ck_assert_uint_eq(length, strlen(words[_i].found));
    clean_up();
}
END_TEST

START_TEST(counts_what_is_waived)
{
    set_up();
    make_audit(NULL, A);
    ck_assert_uint_eq(audit.waived, 0);
    size_t information = audit.by_severity[SEVERITY_INFORMATION];
    clean_up();

    set_up();
    with_waiver();
    make_audit(NULL, A);
    ck_assert_uint_eq(audit.waived, 1);
    ck_assert_uint_eq(audit.by_severity[SEVERITY_INFORMATION], information - 1);
    clean_up();
}
END_TEST

/* So many findings that those which matter less have to go. */
START_TEST(keeps_what_matters)
{
    static char text[64 * 1024];
    char found[32];
    size_t length = 0;

    for (int i = 0; i < 300; i++)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "server 203.0.113.%d nts iburst\n", i % 250);
    snprintf(text + length, sizeof text - length, "manual\nrtcfile /x\nrtcsync\n");
    set_up();
    make_audit(NULL, text);
    ck_assert_uint_eq(audit.finding_count, AUDIT_FINDINGS);
    ck_assert_uint_ge(audit.by_severity[SEVERITY_INFORMATION], 300);
    ck_assert_uint_gt(audit.lost, 100);
    letters_of("X05", found);
    ck_assert_str_eq(found, "C");
    letters_of("C10", found);
    ck_assert_str_eq(found, "W");
    clean_up();
}
END_TEST

/* --- the check --- */

static struct result result;

static enum state judge(const char *text)
{
    char path[64];

    snprintf(path, sizeof path, "%s/chrony.conf", directory);
    write_file("chrony.conf", text);
    survey.path = path;
    ck_assert_int_eq(config_read(&survey.config, path, version, NULL), CONFIG_OK);
    settings_add_metrics(&settings, config_check.metrics, config_check.metric_count);
    result_init(&result, "CHRONY CONFIG");
    config_check.judge(&snapshot, &settings, &result);
    return result_state(&result);
}

static void end_judge(void)
{
    result_free(&result);
    config_free(&survey.config);
}

#define GOOD                                                                             \
    "server a.example.net iburst nts\nserver b.example.org iburst nts\n"                 \
    "server c.example.com iburst nts\nserver d.example.edu iburst nts\nminsources 2\n"   \
    "driftfile /x\nntsdumpdir /y\nmakestep 1.0 3\nrtcsync\nmaxupdateskew 100\n"          \
    "log tracking measurements statistics\nlogdir /var/log/chrony\n"

START_TEST(is_content)
{
    char text[256];

    set_up();
    ck_assert_int_eq(judge(GOOD), STATE_OK);
    ck_assert_uint_eq(result.reason_count, 1);
    snprintf(text, sizeof text,
             "12 lines of %s/chrony.conf, by their text alone: 0 critical, 0 warnings, 0 "
             "for information",
             directory);
    ck_assert_str_eq(result.reasons[0].text, text);
    end_judge();
}
END_TEST

START_TEST(names_the_worst)
{
    char text[256];

    set_up();
    ck_assert_int_eq(judge(GOOD "manual\nrtcfile /z\nuser root\n"), STATE_CRITICAL);
    snprintf(text, sizeof text,
             "X05 %s/chrony.conf:14: rtcfile and rtcsync are given together, so chronyd "
             "does not start: keep rtcsync",
             directory);
    ck_assert_str_eq(result.reasons[0].text, text);
    snprintf(text, sizeof text,
             "15 lines of %s/chrony.conf, by their text alone: 1 critical, 2 warnings, 0 "
             "for information",
             directory);
    ck_assert_str_eq(result.reasons[1].text, text);
    ck_assert_int_eq(result.reasons[1].state, STATE_OK);
    end_judge();
}
END_TEST

START_TEST(measures)
{
    static const double values[] = {1, 1, 2, 1, 14};

    set_up();
    with_waiver();
    waivers[0].rule = "S09";
    ck_assert_int_eq(judge("server a.example.net iburst nts\nrtcfile /x\nrtcsync\n"
                           "server b.example.org iburst nts\ndriftfile /x\n"
                           "server c.example.com iburst nts\nntsdumpdir /y\n"
                           "server d.example.edu iburst nts\nlogdir /x\nlog tracking\n"
                           "makestep 1 3\nlogchange 5\n# nothing\nmanual\n"),
                     STATE_CRITICAL);
    ck_assert_uint_eq(result.measurement_count, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_msg(result.measurements[i].value == values[i], "%s is %g",
                      result.measurements[i].metric->name, result.measurements[i].value);
    end_judge();
    waivers[0].rule = "L01";
}
END_TEST

START_TEST(tells_of_what_is_lost)
{
    static char text[64 * 1024];
    size_t length = 0;

    for (int i = 0; i < 300; i++)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "server 203.0.113.%d nts iburst\n", i % 250);
    set_up();
    settings.verbose = true;
    judge(text);
    ck_assert_uint_eq(result.tables[0].row_count, AUDIT_FINDINGS);
    snprintf(text, sizeof text, "%zu findings are only counted",
             (size_t)result.measurements[0].value + (size_t)result.measurements[1].value +
                 (size_t)result.measurements[2].value - AUDIT_FINDINGS);
    ck_assert_str_eq(result.reasons[result.reason_count - 1].text, text);
    end_judge();
}
END_TEST

START_TEST(is_strict)
{
    set_up();
    ck_assert_int_eq(judge(GOOD "logchange 5\n"), STATE_OK);
    end_judge();
    set_up();
    settings.audit.strict = true;
    ck_assert_int_eq(judge(GOOD "logchange 5\n"), STATE_WARNING);
    end_judge();
    set_up();
    settings.audit.strict = true;
    ck_assert_int_eq(judge(GOOD "include /dev/null\n"), STATE_OK);
    end_judge();
}
END_TEST

START_TEST(excuses_what_is_waived)
{
    set_up();
    with_waiver();
    waivers[0].rule = "X05:critical";
    ck_assert_int_eq(judge(GOOD "rtcfile /z\n"), STATE_OK);
    end_judge();
    waivers[0].rule = "X05";
    ck_assert_int_eq(judge(GOOD "rtcfile /z\n"), STATE_CRITICAL);
    end_judge();
    waivers[0].rule = "L01";
}
END_TEST

/* severity, rule, place, finding, remedy, waived */
static const char *cell(size_t row, size_t column)
{
    return result.tables[0].cells[row * 6 + column].text;
}

START_TEST(tabulates)
{
    char place[64];

    set_up();
    settings.verbose = true;
    with_waiver();
    waivers[0].rule = "L06";
    ck_assert_int_eq(judge(GOOD "logchange 5\ninclude /dev/null\nmanual\nrtcfile /z\n"),
                     STATE_CRITICAL);
    ck_assert_uint_eq(result.table_count, 1);
    ck_assert_uint_eq(result.tables[0].row_count, 4);
    snprintf(place, sizeof place, "%s/chrony.conf:16", directory);
    ck_assert_str_eq(cell(0, 0), "critical");
    ck_assert_str_eq(cell(0, 1), "X05");
    ck_assert_str_eq(cell(0, 2), place);
    ck_assert_ptr_null(cell(0, 5));
    ck_assert_str_eq(cell(1, 0), "warning");
    ck_assert_str_eq(cell(2, 0), "information");
    ck_assert_str_eq(cell(2, 3), "cannot tell whether chronyd refuses what could not be "
                                 "read here (it is no regular file, and was not opened: "
                                 "/dev/null)");
    ck_assert_str_eq(cell(3, 0), "waived");
    ck_assert_str_eq(cell(3, 5), "it is a small disk");
    end_judge();
    waivers[0].rule = "L01";
}
END_TEST

/* --- the command line --- */

static const struct {
    const char *version, *ignore, *error;
} mistakes[] = {
    {NULL, NULL, ""},
    {"4.6.1", "S01,X02:critical,S07", ""},
    {NULL, "S01:warning",
     "--ignore 'S01:warning' is no rule: write rules like S10,L05,S07:critical, as they "
     "are in chrony-checks-rules(7)"},
    {"four", NULL,
     "--chrony-version 'four' is no version of chrony: write it like 4.3 or 4.6.1"},
    {NULL, "S01,S1",
     "--ignore 'S1' is no rule: write rules like S10,L05,S07:critical, as they are "
     "in chrony-checks-rules(7)"},
    {NULL, "S01,,L01",
     "--ignore '' is no rule: write rules like S10,L05,S07:critical, as they are "
     "in chrony-checks-rules(7)"},
};

START_TEST(refuses)
{
    char error[CHECK_ERROR] = "";

    set_up();
    settings.audit.version = mistakes[_i].version;
    settings.audit.ignore = mistakes[_i].ignore;
    ck_assert_int_eq(config_check.refuse(&settings, error), *mistakes[_i].error != '\0');
    ck_assert_str_eq(error, mistakes[_i].error);
}
END_TEST

/* --- names --- */

static const struct {
    const char *name, *operator;
    unsigned traits;
    bool is_private;
} names[] = {
    {"time.google.com", "Google", NAME_SMEARS, false},
    {"TIME1.GOOGLE.COM", "Google", NAME_SMEARS, false},
    {"google.com", "Google", NAME_SMEARS, false},
    {"notgoogle.com", "notgoogle.com", 0, false},
    {"216.239.35.12", "Google", NAME_SMEARS, false},
    {"216.239.36.12", "216.239.36.12", 0, false},
    {"2001:4860:4806::", "Google", NAME_SMEARS, false},
    {"time.android.com", "Google", NAME_SMEARS, false},
    {"169.254.169.123", "Amazon", NAME_SMEARS | NAME_LINK, true},
    {"169.254.169.254", "169.254.169.254", NAME_LINK, true},
    {"169.254.example.net", "example.net", 0, false},
    {"time.cloudflare.com", "cloudflare.com", 0, false},
    {"0.de.pool.ntp.org", "ntp.org", NAME_POOL, false},
    {"a.b.example.net.", "example.net", 0, false},
    {"a.b.example.co.uk", "example.co.uk", 0, false},
    {"example.co.uk", "example.co.uk", 0, false},
    {"co.uk", "co.uk", 0, false},
    {"ptb.de", "ptb.de", 0, false},
    {"ptbtime1.ptb.de", "ptb.de", 0, false},
    {"TIME.google.com.", "Google", NAME_SMEARS, false},
    {"LOCALHOST.", "LOCALHOST", NAME_LINK, true},
    {"ntp.lan.", "ntp.lan", 0, true},
    {"ntp.", "ntp", 0, true},
    {"ntp", "ntp", 0, true},
    {"ntp.lan", "ntp.lan", 0, true},
    {"10.1.2.3", "10.1.2.3", 0, true},
    {"172.16.0.1", "172.16.0.1", 0, true},
    {"172.32.0.1", "172.32.0.1", 0, false},
    {"100.64.0.1", "100.64.0.1", 0, true},
    {"fd12:3456::1", "fd12:3456::1", 0, true},
    {"fe80::1%eth0", "fe80::1%eth0", 0, true},
    {"2001:db8::1", "2001:db8::1", 0, false},
    {"::1", "::1", NAME_LINK, true},
};

START_TEST(knows_names)
{
    size_t length;
    const char *operator= name_operator(names[_i].name, &length);

    ck_assert_uint_eq(length, strlen(names[_i].operator));
    ck_assert_int_eq(strncmp(operator, names[_i].operator, length), 0);
    ck_assert_uint_eq(name_traits(names[_i].name), names[_i].traits);
    ck_assert_int_eq(name_is_private(names[_i].name), names[_i].is_private);
}
END_TEST

/* --- all of it --- */

static void make_directory(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void remove_directory(void)
{
    static const char *const own[] = {"chrony.conf", "a.sources", "a.conf"};
    char path[64];

    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, own[i]);
        unlink(path);
    }
    rmdir(directory);
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("config rules");
    TCase *rules = tcase_create("rules");

    tcase_add_checked_fixture(rules, make_directory, remove_directory);
    add_table_test(rules, finds_what_a_rule_is_for, samples);
    tcase_add_test(rules, has_samples_of_each_rule);
    tcase_add_test(rules, finds_each_row);
    add_table_test(rules, alarms_of_no_part, samples);
    add_table_test(rules, names_the_place_of_a_refusal, refusals);
    tcase_add_test(rules, tells_what_keeps_sources_out);
    tcase_add_test(rules, tells_what_brings_a_key);
    tcase_add_test(rules, names_the_account);
    tcase_add_test(rules, says_things_briefly);
    tcase_add_test(rules, audits_the_current_file);
    tcase_add_test(rules, audits_the_recommended_file);
    tcase_add_test(rules, audits_its_command_key);
    tcase_add_test(rules, leaves_out_what_is_ignored);
    add_table_test(rules, leaves_what_is_critical, words);
    tcase_add_test(rules, counts_what_is_waived);
    tcase_add_test(rules, keeps_what_matters);
    tcase_add_test(rules, is_content);
    tcase_add_test(rules, names_the_worst);
    tcase_add_test(rules, measures);
    tcase_add_test(rules, tells_of_what_is_lost);
    tcase_add_test(rules, is_strict);
    tcase_add_test(rules, excuses_what_is_waived);
    tcase_add_test(rules, tabulates);
    add_table_test(rules, refuses, mistakes);
    add_table_test(rules, knows_names, names);
    suite_add_tcase(suite, rules);
    return suite;
}
