// The peer of bench/broadcast.ts: the hub of gorilla's chat example, a goroutine that reads and one that writes for each
// client and a channel of 256 messages between. With the word `prepared` a message is framed once (PreparedMessage).
// Prints its port first; each line that it is told is a number of bytes, a message of which goes to all clients.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type client struct {
	connection *websocket.Conn
	messages   chan []byte
	prepared   chan *websocket.PreparedMessage
}

var (
	upgrader = websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024}
	clients  = map[*client]bool{}
	guard    sync.Mutex
	once     = len(os.Args) > 1 && os.Args[1] == "prepared"
)

func serve(w http.ResponseWriter, r *http.Request) {
	connection, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &client{connection: connection}
	if once {
		c.prepared = make(chan *websocket.PreparedMessage, 256)
	} else {
		c.messages = make(chan []byte, 256)
	}
	guard.Lock()
	clients[c] = true
	guard.Unlock()
	go c.write()
	go c.read()
}

func (c *client) read() {
	defer c.leave()
	for {
		if _, _, err := c.connection.ReadMessage(); err != nil {
			return
		}
	}
}

func (c *client) write() {
	for {
		var err error
		if once {
			message, open := <-c.prepared
			if !open {
				return
			}
			_ = c.connection.SetWriteDeadline(time.Now().Add(10 * time.Second))
			err = c.connection.WritePreparedMessage(message)
		} else {
			message, open := <-c.messages
			if !open {
				return
			}
			_ = c.connection.SetWriteDeadline(time.Now().Add(10 * time.Second))
			err = c.connection.WriteMessage(websocket.TextMessage, message)
		}
		if err != nil {
			return
		}
	}
}

func (c *client) leave() {
	guard.Lock()
	delete(clients, c)
	guard.Unlock()
	_ = c.connection.Close()
}

func broadcast(size int) {
	head := fmt.Sprintf(`{"type":"alert","data":{"at":"%020d","text":"`, time.Now().UnixNano())
	text := []byte(head + strings.Repeat("x", size-len(head)))
	message, _ := websocket.NewPreparedMessage(websocket.TextMessage, text)
	guard.Lock()
	defer guard.Unlock()
	for c := range clients {
		full := false
		if once {
			select {
			case c.prepared <- message:
			default:
				full = true
			}
		} else {
			select {
			case c.messages <- text:
			default:
				full = true
			}
		}
		if full {
			delete(clients, c)
			_ = c.connection.Close()
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(1)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() { _ = http.Serve(listener, http.HandlerFunc(serve)) }()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if size, err := strconv.Atoi(lines.Text()); err == nil {
			broadcast(size)
		}
	}
}
