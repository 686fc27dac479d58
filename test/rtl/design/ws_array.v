// Weight-stationary array (HELD = 1: input-stationary), elastic: a FIFO carries stream items to the right; sums go down
// from result register to a FIFO that falls through: what is handed down into an empty one can be read in the same cycle.
// A full one keeps the sum in the result register and the PE idle; the bottom row always hands down at once.
module ws_array #(
    parameter HELD = 0,
    parameter ROWS = 8,
    parameter COLS = 8,
    parameter LOG = 3,
    parameter DA = 2,
    parameter DW = 2,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                          clk,
    input  wire                          reset,
    input  wire [7:0]                    rows,
    input  wire [7:0]                    cols,
    input  wire [15:0]                   items,
    input  wire                          signed_activations,
    input  wire [LOG:0]                  depth,
    input  wire [ROWS-1:0]               west_valid,
    input  wire [ROWS*(FULL+10)-1:0]     west,
    output wire [ROWS-1:0]               west_ready,
    // Held operands, taken in every cycle of the preload.
    input  wire [COLS*(FULL+10)-1:0]     north,
    output wire                          north_ready,
    output wire                          finished,
    output wire [COLS-1:0]               south_valid,
    output wire [COLS*SUM-1:0]           south
);
  localparam AW = FULL + 10;
  wire [ROWS*COLS-1:0] done, leaves;
  wire [ROWS*COLS*SUM-1:0] results;
  wire loading, last;
  assign finished = &done;
  assign north_ready = loading;

  preload preload (
      .clk(clk),
      .reset(reset),
      .rows(rows),
      .loading(loading),
      .last(last)
  );

  assign south_valid = leaves[(rows-8'd1)*COLS+:COLS];
  assign south = results[(rows-8'd1)*COLS*SUM+:COLS*SUM];

  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      for (c = 0; c < COLS; c = c + 1) begin : col
        wire used = r < rows && c < cols;
        wire bottom = r + 1 == rows;
        wire start, busy, ends, idle_for_good, hand;
        wire push_left, some_left, room_left, room_right, room_below;
        wire push_above, some_above, room_above, waits_above, sum_present;
        wire [AW-1:0] in_left, item, held, held_above;
        wire signed [SUM-1:0] result, result_above, sum_above, sum_head;
        reg full;

        if (c == 0) begin : left
          assign push_left = west_valid[r] && west_ready[r] && used;
          assign in_left = west[r*AW+:AW];
          assign west_ready[r] = room_left && (last || !loading);
        end else begin : left
          assign push_left = row[r].col[c-1].start && used;
          assign in_left = row[r].col[c-1].item;
        end
        if (c == COLS - 1) begin : right
          assign room_right = 1'b1;
        end else begin : right
          assign room_right = !row[r].col[c+1].used || row[r].col[c+1].room_left;
        end
        if (r == 0) begin : above
          assign push_above = 1'b0;
          assign waits_above = 1'b0;
          assign result_above = {SUM{1'b0}};
          assign held_above = north[c*AW+:AW];
          assign sum_present = 1'b1;
          assign sum_above = {SUM{1'b0}};
        end else begin : above
          assign push_above = row[r-1].col[c].hand && used;
          assign waits_above = row[r-1].col[c].full;
          assign result_above = row[r-1].col[c].result;
          assign held_above = row[r-1].col[c].held;
          // An empty FIFO has room: what waits above is handed down in this cycle.
          assign sum_present = some_above || waits_above;
          assign sum_above = some_above ? sum_head : result_above;
        end
        if (r == ROWS - 1) begin : below
          assign room_below = 1'b1;
        end else begin : below
          assign room_below = row[r+1].col[c].room_above;
        end

        fifo #(
            .WIDTH(AW),
            .LOG(LOG)
        ) from_left (
            .clk(clk),
            .reset(reset),
            .depth(depth),
            .push(push_left),
            .in(in_left),
            .pop(start),
            .head(item),
            .some(some_left),
            .room(room_left)
        );
        // A sum that falls through is not stored.
        fifo #(
            .WIDTH(SUM),
            .LOG(LOG)
        ) from_above (
            .clk(clk),
            .reset(reset),
            .depth(depth),
            .push(push_above && !(start && !some_above)),
            .in(result_above),
            .pop(start && some_above),
            .head(sum_head),
            .some(some_above),
            .room(room_above)
        );

        assign hand = full && (bottom || room_below);
        assign start = !loading && !busy && (!full || hand) && some_left && sum_present && room_right;

        always @(posedge clk)
          if (reset) full <= 1'b0;
          else if (ends) full <= 1'b1;
          else if (hand) full <= 1'b0;

        sum_pe #(
            .HELD(HELD),
            .DA(DA),
            .DW(DW),
            .FULL(FULL),
            .SUM(SUM)
        ) pe (
            .clk(clk),
            .reset(reset),
            .load(loading && used),
            .held_above(held_above),
            .held(held),
            .items(items),
            .signed_activations(signed_activations),
            .start(start),
            .item(item),
            .sum_above(sum_above),
            .result(result),
            .busy(busy),
            .ends(ends),
            .finished(idle_for_good)
        );
        assign done[r*COLS+c] = !used || idle_for_good;
        assign leaves[r*COLS+c] = hand;
        assign results[(r*COLS+c)*SUM+:SUM] = result;
      end
    end
  endgenerate
endmodule
