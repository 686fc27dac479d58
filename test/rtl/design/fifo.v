// A FIFO whose depth is an input, at most 2^LOG. A slot that is popped in a cycle can be refilled in that cycle.
module fifo #(
    parameter WIDTH = 8,
    parameter LOG = 3
) (
    input  wire             clk,
    input  wire             reset,
    input  wire [LOG:0]     depth,
    input  wire             push,
    input  wire [WIDTH-1:0] in,
    input  wire             pop,
    output wire [WIDTH-1:0] head,
    output wire             some,
    output wire             room
);
  reg [WIDTH-1:0] slots[0:(1<<LOG)-1];
  reg [LOG-1:0] first, free;
  reg [LOG:0] count;

  assign head = slots[first];
  assign some = count != 0;
  assign room = count < depth || pop;

  always @(posedge clk)
    if (reset) begin
      first <= 0;
      free  <= 0;
      count <= 0;
    end else if (push || pop) begin
      if (push) begin
        slots[free] <= in;
        free <= free + 1'b1;
      end
      if (pop) first <= first + 1'b1;
      if (push && !pop) count <= count + 1'b1;
      if (pop && !push) count <= count - 1'b1;
    end
endmodule
