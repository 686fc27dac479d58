// One PE of a weight- or input-stationary array: it holds one operand, adds its product with a streamed one to the sum from
// above, and shows the result in a register. With HELD = 1 the held operand is the activation, which says the bits of both.
// Both operands are {bits of the activation, bits of the weight, value}; only those of the activation's are looked at.
module sum_pe #(
    parameter HELD = 0,
    parameter DA = 2,
    parameter DW = 2,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                  clk,
    input  wire                  reset,
    input  wire                  load,
    input  wire [FULL+9:0]       held_above,
    output reg  [FULL+9:0]       held,
    input  wire [15:0]           items,
    input  wire                  signed_activations,
    input  wire                  start,
    input  wire [FULL+9:0]       item,
    input  wire signed [SUM-1:0] sum_above,
    output reg signed [SUM-1:0]  result,
    output wire                  busy,
    output wire                  ends,
    output wire                  finished
);
  wire [FULL+9:0] activation = HELD ? held : item;
  wire [FULL+9:0] weight = HELD ? item : held;
  wire signed [SUM-1:0] part;
  reg [15:0] begun;

  digit_lane #(
      .DA(DA),
      .DW(DW),
      .FULL(FULL),
      .SUM(SUM)
  ) lane (
      .clk(clk),
      .reset(reset),
      .signed_activations(signed_activations),
      .start(start),
      .abits(activation[FULL+9:FULL+5]),
      .wbits(activation[FULL+4:FULL]),
      .a(activation[FULL-1:0]),
      .w(weight[FULL-1:0]),
      .busy(busy),
      .ends(ends),
      .part(part)
  );

  assign finished = begun == items && !busy;

  always @(posedge clk)
    if (reset) begin
      result <= 0;
      begun  <= 0;
    end else begin
      if (load) held <= held_above;
      if (start || busy) result <= (start ? sum_above : result) + part;
      if (start) begun <= begun + 16'd1;
    end
endmodule
