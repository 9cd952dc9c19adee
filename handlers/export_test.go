package handlers

import "context"

// Clear removes what has expired, as the background work does from time to time.
func (n *Node) Clear(ctx context.Context) { n.clear(ctx) }

// ReadLevels reads the levels that demo teams have chosen, as the background work does every second.
func (n *Node) ReadLevels(ctx context.Context) { n.readLevels(ctx, 0) }
