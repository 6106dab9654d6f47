// The work as a Go programmer writes it: a goroutine for each connection, blocking calls, the sockets as package net
// sets them up. Usage: go_server PORT DELAY_MS. Listens on 127.0.0.1; net takes the backlog from somaxconn.
package main

import (
	"log"
	"net"
	"os"
	"strconv"
	"time"
)

var response = []byte("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!")

func serve(connection *net.TCPConn, delay time.Duration) {
	defer connection.Close()
	buffer := make([]byte, 1024)
	if _, err := connection.Read(buffer); err != nil {
		return
	}
	time.Sleep(delay)
	if _, err := connection.Write(response); err != nil {
		return
	}
	connection.CloseWrite()
	for {
		if _, err := connection.Read(buffer); err != nil {
			return
		}
	}
}

func main() {
	if len(os.Args) != 3 {
		log.Print("usage: go_server PORT DELAY_MS")
		os.Exit(2)
	}
	delay, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection.(*net.TCPConn), time.Duration(delay)*time.Millisecond)
	}
}
