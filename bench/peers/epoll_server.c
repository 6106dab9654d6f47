/*
 * The least that the work can cost: one thread, one epoll set, a fixed wait, a fixed response, half-close, and the
 * client's FIN before the close. Usage: epoll_server PORT DELAY_MS. Listens on 127.0.0.1.
 *
 * Equal delays need no timer each: in the order of arrival the first is the first that is due.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_DESCRIPTORS (1 << 20)
#define MAX_WAITING (1 << 17)
#define BACKLOG 4096
#define EVENTS 512

static const char response[] =
    "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!";

struct waiting { int descriptor; long due; };

static struct waiting waiting[MAX_WAITING];
static unsigned first, last;
static char has_request[MAX_DESCRIPTORS];

static long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void answer(int descriptor)
{
    send(descriptor, response, sizeof response - 1, MSG_NOSIGNAL);
    shutdown(descriptor, SHUT_WR);
}

static void receive(int descriptor, long delay)
{
    static char buffer[4096];
    for (;;) {
        ssize_t count = recv(descriptor, buffer, sizeof buffer, 0);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0) {
            close(descriptor);
            return;
        }
        if (has_request[descriptor])
            continue;
        has_request[descriptor] = 1;
        if (delay == 0)
            answer(descriptor);
        else
            waiting[last++ % MAX_WAITING] = (struct waiting){descriptor, now() + delay};
    }
}

static void accept_all(int listening, int epoll)
{
    int descriptor;
    while ((descriptor = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = descriptor};
        has_request[descriptor] = 0;
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
    }
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: epoll_server PORT DELAY_MS\n");
        return 2;
    }
    long delay = atol(arguments[2]) * 1000000L;
    int on = 1, listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listening, (struct sockaddr *)&address, sizeof address) != 0 || listen(listening, BACKLOG) != 0) {
        perror("epoll_server");
        return 1;
    }

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listening}, events[EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listening, &event);
    for (;;) {
        long wait = first == last ? -1 : waiting[first % MAX_WAITING].due - now();
        int ready = epoll_wait(epoll, events, EVENTS, wait < 0 ? (first == last ? -1 : 0) : (int)((wait + 999999) / 1000000));
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listening)
                accept_all(listening, epoll);
            else
                receive(events[i].data.fd, delay);
        }
        for (long time = now(); first != last && waiting[first % MAX_WAITING].due <= time; first++)
            answer(waiting[first % MAX_WAITING].descriptor);
    }
}
