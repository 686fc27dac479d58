// Runs folds on a serial tile, one after another. The image holds for every fold: rows, cols, steps, group,
// 1 where activations are signed; the packets of each row; the packets of each column; a packet is LANES words.
`timescale 1ns / 1ns
module serial_tb;
  parameter ROWS = 8;
  parameter COLS = 8;
  parameter LANES = 4;
  parameter DA = 1;
  parameter DW = 1;
  parameter WORDS = 1 << 20;
  localparam FULL = 8;
  localparam SUM = 32;
  localparam AW = FULL + 11;

  reg [31:0] image[0:WORDS-1];
  reg [8*512-1:0] path;
  integer folds, words, limit, fold, base, cycle, finish, c;
  reg clk, reset;
  reg [31:0] rows, cols, steps, group, signed_activations;

  wire [ROWS*16-1:0] step;
  wire [ROWS*LANES*AW-1:0] west;
  wire [ROWS*COLS*LANES*FULL-1:0] north;
  wire finished, south_valid;
  wire [COLS*SUM-1:0] south;

  genvar r, k, l;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      wire [31:0] at = {16'd0, step[r*16+:16]};
      for (l = 0; l < LANES; l = l + 1) begin : lane
        wire [31:0] word = image[base+5+(r*steps+at)*LANES+l];
        assign west[(r*LANES+l)*AW+:AW] = word[AW-1:0];
      end
      for (k = 0; k < COLS; k = k + 1) begin : col
        for (l = 0; l < LANES; l = l + 1) begin : lane
          wire [31:0] word = image[base+5+((rows+k)*steps+at)*LANES+l];
          assign north[((r*COLS+k)*LANES+l)*FULL+:FULL] = word[FULL-1:0];
        end
      end
    end
  endgenerate

  serial_tile #(
      .ROWS(ROWS), .COLS(COLS), .LANES(LANES), .DA(DA), .DW(DW), .FULL(FULL), .SUM(SUM)
  ) tile (
      .signed_activations(signed_activations[0]),
      .clk(clk), .reset(reset), .rows(rows[7:0]), .cols(cols[7:0]), .steps(steps[15:0]), .group(group[7:0]),
      .step(step), .west(west), .north(north),
      .finished(finished), .south_valid(south_valid), .south(south)
  );

  task tick;
    begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
      cycle = cycle + 1;
    end
  endtask

  task watch;
    if (cycle > limit) begin
      $display("watchdog: fold %0d has not ended after %0d cycles", fold, limit);
      $finish;
      #1000000;
    end
  endtask

  initial begin
    if (!$value$plusargs("image=%s", path)) path = "image.hex";
    if (!$value$plusargs("folds=%d", folds)) folds = 0;
    if (!$value$plusargs("words=%d", words)) words = 0;
    if (!$value$plusargs("limit=%d", limit)) limit = 100000;
    $readmemh(path, image, 0, words - 1);
    clk = 1'b0;
    base = 0;
    for (fold = 0; fold < folds; fold = fold + 1) begin
      rows = image[base];
      cols = image[base+1];
      steps = image[base+2];
      group = image[base+3];
      signed_activations = image[base+4];
      reset = 1'b1;
      tick;
      reset = 1'b0;
      // Broadcast operands are there at once.
      cycle = 0;
      #1;
      while (!finished) begin
        tick;
        watch;
      end
      finish = cycle;
      while (south_valid) begin
        $write("sums");
        for (c = 0; c < COLS; c = c + 1) if (c < cols) $write(" %0d", $signed(south[c*SUM+:SUM]));
        $write("\n");
        tick;
      end
      $display("cycles %0d drained %0d", finish, cycle);
      base = base + 5 + (rows + cols) * steps * LANES;
    end
    $finish;
  end
endmodule
