/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_chrony_ntp with a key, as it is run: every mistake in a key file, every forgery,
 * and no byte of a key in what it says. */
#include "fake_ntp.h"
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct run run;
static char directory[64], path[96], keyfile[128];

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/test_keys_cli.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/keys", directory);
    snprintf(keyfile, sizeof keyfile, "--keyfile=%s", path);
}

static void teardown(void)
{
    unlink(path);
    rmdir(directory);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
}

/* Asks 127.0.0.1 with key 5 of the file. */
static void ask(uint16_t port, const char *timeout)
{
    char ntp_port[24];

    snprintf(ntp_port, sizeof ntp_port, "--ntp-port=%u", port);
    run_plugin(&run, "ntp",
               (const char *const[]){"-v", "-H", "127.0.0.1", ntp_port, "--key=5",
                                     keyfile, "-t", timeout, NULL});
    ck_assert_str_eq(run.err, "");
}

static void assert_said(int status, const char *text)
{
    ck_assert_msg(strstr(run.out, text) != NULL, "%s does not say: %s", run.out, text);
    ck_assert_msg(run.status == status, "status %d: %s", run.status, run.out);
}

/* --- mistakes --- */

static const struct {
    const char *arguments[4], *out;
} usages[] = {
    {{"--key=5"}, "--key needs the file where that key is: add --keyfile"},
    {{"--keyfile=/x"},
     "--keyfile does nothing alone: add --key with the id of one of its keys"},
    {{"--key=5", "--keyfile=keys"},
     "--keyfile '...' is no absolute path: begin it with a slash"},
    {{"--key=HEX:00112233445566778899", "--keyfile=/x"},
     "--key '...' is not the id of a key: write a whole number from 1 to 4294967295"},
    {{"--key=5", "--keyfile=00112233445566778899"},
     "--keyfile '...' is no absolute path: begin it with a slash"},
    {{"--key=5", "--keyfile=/x", "--nts-port=ASCII:secret"},
     "--nts-port '...' is not a port: write a whole number from 1 to 65535"},
    {{"--keyfile=/x", "--key=5", "HEX:00112233445566778899"},
     "'...' is left over: check_chrony_ntp takes options only"},
    {{"--key=0", "--keyfile=/x"},
     "--key '...' is not the id of a key: write a whole number from 1 to 4294967295"},
    {{"--key=4294967296", "--keyfile=/x"},
     "--key '...' is not the id of a key: write a whole number from 1 to "
     "4294967295"},
    {{"--key=1.5", "--keyfile=/x"},
     "--key '...' is not the id of a key: write a whole number from 1 to 4294967295"},
    {{"--key=MD5", "--keyfile=/x"},
     "--key '...' is not the id of a key: write a whole number from 1 to 4294967295"},
    {{"--key=5", "--key=6", "--keyfile=/x"}, "--key is given twice: give it once"},
    {{"--key=5", "--keyfile=/nonexistent/keys"},
     "--keyfile '/nonexistent/keys' is not there: name the file of keys that this host "
     "has"},
    {{"--key=5", "--keyfile=/dev/null"},
     "--keyfile '/dev/null' is not a regular file: name the file of keys"},
};

START_TEST(explains_usage)
{
    char line[512];

    run_plugin(&run, "ntp", usages[_i].arguments);
    snprintf(line, sizeof line, "CHRONY NTP UNKNOWN - %s\n", usages[_i].out);
    ck_assert_str_eq(run.out, line);
    ck_assert_str_eq(run.err, "");
    ck_assert_int_eq(run.status, 3);
}
END_TEST

#define SECRET "c0ffee"

/* What is said behind "--key '5': --keyfile 'PATH'"; each key is secret. */
static const struct {
    const char *text, *out;
} files[] = {
    {"", " has no such key: add its line, or give another --key"},
    {"6 MD5 " SECRET "\n", " has no such key: add its line, or give another --key"},
    {"5 MD5 " SECRET "\n5 MD5 " SECRET "x\n",
     " line 2 has a second key with this id: take one of them away"},
    {"5\n", " line 1 is not an id, a type and a key: write them like 5 SHA256 HEX:..."},
    {"5 MD5 " SECRET " c0\n",
     " line 1 is not an id, a type and a key: write them like 5 SHA256 HEX:..."},
    {"\n5 " SECRET " c0\n",
     " line 2 has a type of key that is not known: write MD5, SHA1, SHA256, SHA384, "
     "SHA512, SHA3-224, SHA3-256, SHA3-384, SHA3-512, AES128 or AES256"},
    {"5 TIGER " SECRET "\n",
     " line 1 has a type of key that is not supported here, TIGER or WHIRLPOOL: take "
     "AES128 or SHA256 on both sides"},
    {"5 SHA1 HEX:\n", " line 1 has an empty key: write one"},
    {"5 SHA1 HEX:" SECRET "x\n",
     " line 1 has a key that is not pairs of hexadecimal digits: write them behind HEX:"},
    {"5 AES128 HEX:" SECRET "\n", " line 1 has a key of the wrong length: AES128 takes "
                                  "128 bits, as hexadecimal digits behind HEX:"},
    {"5 AES256 HEX:" SECRET "\n", " line 1 has a key of the wrong length: AES256 takes "
                                  "256 bits, as hexadecimal digits behind HEX:"},
};

START_TEST(explains_key_files)
{
    char line[512];

    write_file(files[_i].text, 0600);
    ask(1, "1");
    snprintf(line, sizeof line, "CHRONY NTP UNKNOWN - --key '5': --keyfile '%s'%s\n",
             path, files[_i].out);
    ck_assert_str_eq(run.out, line);
    ck_assert_int_eq(run.status, 3);
    ck_assert_ptr_null(strcasestr(run.out, SECRET));
}
END_TEST

START_TEST(explains_long_lines)
{
    char text[4096] = "5 MD5 ", line[512];

    memset(text + 6, 'x', 3000);
    write_file(text, 0600);
    ask(1, "1");
    snprintf(line, sizeof line,
             "CHRONY NTP UNKNOWN - --key '5': --keyfile '%s' line 1 is longer than the "
             "2046 characters that chronyd reads: write a shorter key\n",
             path);
    ck_assert_str_eq(run.out, line);
    ck_assert_int_eq(truncate(path, (1 << 20) + 1), 0);
    ask(1, "1");
    snprintf(line, sizeof line,
             "CHRONY NTP UNKNOWN - --keyfile '%s' is longer than 1 MiB: name the file of "
             "keys\n",
             path);
    ck_assert_str_eq(run.out, line);
}
END_TEST

/* --- answers --- */

/* One packet, the state, the sentence, and nothing of what is not authentic. */
START_TEST(sees_through_forgeries)
{
    const struct fake_ntp_forgery *forgery = &fake_ntp_forgeries[_i];
    volatile unsigned *asked;
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&forgery->fake, "127.0.0.1", &port, &asked);
    char text[256];

    write_file("5 SHA1 " FAKE_NTP_KEY "\n", 0640);
    ask(port, "20");
    fake_ntp_stop(process);
    ck_assert_uint_eq(*asked, 1);
    ck_assert_ptr_null(strstr(run.out, FAKE_NTP_KEY));
    if (forgery->unauthentic) {
        snprintf(text, sizeof text,
                 "NTP CRITICAL - reply from 127.0.0.1 port %u is not authenticated with "
                 "key 5 (SHA1): %s: ",
                 port, authentication_error_text(forgery->unauthentic));
        assert_said(2, text);
        ck_assert_ptr_null(strchr(run.out, '|'));
        ck_assert_ptr_null(strstr(run.out, "DENY"));
        ck_assert_int_lt(run.elapsed, (int64_t)10 * NANOSECONDS_PER_SECOND);
    } else if (forgery->error) {
        assert_said(2, packet_error_text(forgery->error));
        ck_assert_ptr_null(strstr(run.out, "not authenticated"));
    } else {
        assert_said(0, "; authenticated with key 5 (SHA1) | ");
        assert_said(0, ", answer good, authentication key 5 (SHA1), offset ");
    }
}
END_TEST

START_TEST(says_that_silence_may_be_of_a_key)
{
    const struct fake_ntp fake = {.deaf_to = UINT32_MAX};
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);
    char text[512];

    write_file("5 SHA1 " FAKE_NTP_KEY "\n", 0600);
    ask(port, "300ms");
    fake_ntp_stop(process);
    snprintf(
        text, sizeof text,
        "CHRONY NTP CRITICAL - no reply from 127.0.0.1 port %u within 300 ms to a "
        "request with key 5 (SHA1): it has no such key or another one, and most servers "
        "are then silent (ask without --key to see), it does not admit this host, or "
        "a firewall drops UDP\n",
        port);
    assert_said(2, text);
}
END_TEST

static const struct {
    mode_t mode;
    const char *verb;
} modes[] = {{0644, "read"}, {0602, "write to"}, {0606, "read and write"}};

START_TEST(warns_of_an_open_file)
{
    const struct fake_ntp *fake = &fake_ntp_forgeries[0].fake;
    uint16_t port = 0;
    pid_t process = fake_ntp_start(fake, "127.0.0.1", &port, NULL);
    char text[256];

    write_file("5 SHA1 " FAKE_NTP_KEY "\n", modes[_i].mode);
    ask(port, "20");
    fake_ntp_stop(process);
    snprintf(text, sizeof text,
             "CHRONY NTP WARNING - everybody may %s the key file %s: chmod o= it, and "
             "change the keys on all sides; clock is ",
             modes[_i].verb, path);
    assert_said(1, text);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("keys command line");
    TCase *tcase = tcase_create("keys command line");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    add_table_test(tcase, explains_usage, usages);
    add_table_test(tcase, explains_key_files, files);
    tcase_add_test(tcase, explains_long_lines);
    tcase_add_loop_test(tcase, sees_through_forgeries, 0, FAKE_NTP_FORGERIES);
    tcase_add_test(tcase, says_that_silence_may_be_of_a_key);
    add_table_test(tcase, warns_of_an_open_file, modes);
    suite_add_tcase(suite, tcase);
    return suite;
}
