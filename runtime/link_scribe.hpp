#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/send_queue.hpp>

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/event_handler.hpp>

namespace pinion {

/// CAF's end of a Unix stream socket, made for short messages. CAF's own scribe asks epoll for leave before
/// each write and reads header and payload apart, six system calls a message and side; this one writes at
/// once, asks epoll only when the socket is full, and reads what is there in one call: two.
///
/// Lives on the I/O thread. Takes the descriptor over. Kept alive by its broker and, while it is registered
/// there, by the event loop.
class link_scribe : public caf::io::scribe {
public:
  link_scribe(caf::io::network::default_multiplexer& loop, int fd);
  ~link_scribe() override;

  void configure_read(caf::io::receive_policy::config how) override;
  void ack_writes(bool enable) override;
  std::vector<char>& wr_buf() override { return out_.open_end(); }
  std::vector<char>& rd_buf() override { return chunk_; }
  void flush() override;
  void graceful_shutdown() override;
  void add_to_loop() override;
  void remove_from_loop() override;
  // CAF's own answers abort on sockets that have no port.
  std::string addr() const override { return "unix"; }
  std::uint16_t port() const override { return 0; }

  /// Bytes that the socket has not taken yet.
  std::size_t unsent() const noexcept { return out_.size(); }

protected:
  /// Drops what is not written yet and ends both directions: the loop sees the end of the stream at once and
  /// lets go. What is written already, the other side can still read (unix(7)).
  void hang_up();
  /// For links of which there are many, most with little to say: reads in small pieces until they are full.
  void begin_small();
  /// Offers the socket more while the loop waits until it takes some.
  void push();
  /// Nothing is on its way: large buffers are given back. Also while it hands out what it has read last.
  void rest();
  /// The other side has ended its direction: by default the connection is over for its broker.
  virtual void at_end();
  /// The socket has taken some, and the rest waits for its turn.
  virtual void some_sent() {}
  caf::io::network::default_multiplexer& loop() noexcept { return handler_.backend(); }
  int fd() const noexcept { return handler_.fd(); }
  /// The socket was full, and the loop waits until it takes more.
  bool stuck() const { return handler_.watching_writes(); }

private:
  class handler final : public caf::io::network::event_handler {
  public:
    handler(link_scribe& owner, caf::io::network::default_multiplexer& loop, int fd);
    void handle_event(caf::io::network::operation what) override;
    void removed_from_loop(caf::io::network::operation what) override;
    void graceful_shutdown() override;
    void watch_reads();
    void watch_writes();
    void unwatch_writes();
    void close_reads();
    bool watching_writes() const { return state_.writing; }

  private:
    link_scribe& owner_;
    // The loop's hold on the scribe, one for each kind of event it is registered for.
    caf::intrusive_ptr<link_scribe> reads_;
    caf::intrusive_ptr<link_scribe> writes_;
  };

  void read();
  std::size_t make_room();
  /// False when the reader is gone and nothing of the scribe may be touched.
  bool hand_out();
  void write();
  /// What send(2) says to the first bytes that are to go.
  std::int64_t send_front();
  void fail(caf::io::network::operation what);

  handler handler_;
  bool launched_ = false;
  bool reads_ = false; ///< its broker wants to be given what comes
  bool closing_ = false;
  bool tells_ = false;                ///< the broker hears when all that it wrote is gone
  std::size_t read_size_ = 64 * 1024; ///< bytes that are read at once, at the most
  std::size_t wanted_ = 0;            ///< bytes of the next chunk
  bool rests_ = false;                ///< what is handed out now is to be given back behind that
  bool exactly_ = true;               ///< the next chunk has just that size; else up to it
  std::vector<char> chunk_;           ///< what the broker is given
  std::vector<char> in_;              ///< read; from in_begin_ to in_end_ not yet handed out
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  send_queue out_;
};

} // namespace pinion
