// Cuts a number of FULL bits to its highest `bits` bits: adds the highest bit that is dropped, except to the largest number
// of `bits` bits, which stays what it is. One row of half adders, and one comparison with all ones.
module rounding_cut #(
    parameter FULL = 8
) (
    input  wire [4:0]             bits,
    input  wire                   is_signed,
    input  wire [FULL-1:0]        value,
    // With a bit more, for what has no sign.
    output wire signed [FULL:0]   kept
);
  wire [4:0] dropped = FULL[4:0] - bits;
  wire signed [FULL:0] wide = {is_signed & value[FULL-1], value};
  wire signed [FULL:0] high = wide >>> dropped;
  // With a zero below, so that there is a bit to add where none is dropped.
  wire [FULL:0] with_half = {value, 1'b0} >> dropped;
  wire [FULL:0] largest = ({{FULL{1'b0}}, 1'b1} << (bits - {4'd0, is_signed})) - {{FULL{1'b0}}, 1'b1};
  assign kept = with_half[0] && high != $signed(largest) ? high + $signed({{FULL{1'b0}}, 1'b1}) : high;
endmodule
