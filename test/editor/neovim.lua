-- A session as a person would have it, written as one JSON line an observation. GOLDFISH holds the command.
local function tell(name, value) io.stdout:write(vim.fn.json_encode({ name = name, value = value }) .. '\n') end

local function session()
  local shown, progress = {}, {}
  vim.lsp.handlers['window/showMessage'] = function(_, result) table.insert(shown, result.message) end
  vim.lsp.handlers['$/progress'] = function(_, result) table.insert(progress, result.value.kind) end

  vim.cmd('edit notes.md')
  local buffer = vim.api.nvim_get_current_buf()
  local config = { name = 'goldfish', cmd = vim.fn.json_decode(os.getenv('GOLDFISH')), root_dir = vim.fn.getcwd() }
  -- vim.lsp.start is there from 0.8 on.
  local id = vim.lsp.start and vim.lsp.start(config) or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, id)
  local client = vim.lsp.get_client_by_id(id)
  assert(vim.wait(20000, function() return client.initialized end, 20), 'not initialized')

  local function ask(method, params)
    local answer = assert(client.request_sync(method, params, 20000, buffer))
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
  local document = { uri = vim.uri_from_bufnr(buffer) }
  assert(vim.wait(20000, function() return #vim.diagnostic.get(buffer) > 0 end, 20), 'no diagnostics')
  tell('diagnostics', vim.tbl_map(function(one) return { one.lnum, one.col, one.message } end, vim.diagnostic.get(buffer)))
  tell('hover', ask('textDocument/hover', { textDocument = document, position = { line = 0, character = 8 } }).contents.value)
  tell('links', vim.tbl_map(function(one) return one.target end, ask('textDocument/documentLink', { textDocument = document })))
  tell('symbols', vim.tbl_map(function(one) return one.name end, ask('workspace/symbol', { query = 'apples' })))
  local typed = ask('textDocument/completion', { textDocument = document, position = { line = 3, character = 10 } })
  tell('completion', vim.tbl_map(function(one) return one.textEdit.newText end, typed.items))
  tell('ask', ask('workspace/executeCommand', {
    command = 'goldfish/ask', arguments = { 'When are the apples picked?' }, workDoneToken = 'w',
  }).grounded)
  assert(vim.wait(20000, function() return #shown > 0 and progress[#progress] == 'end' end, 20), 'nothing shown')
  tell('shown', shown)
  tell('progress', progress)

  -- What a person does: the cursor on the link and `code_action`, on the question and `codelens.run`.
  vim.ui.select = function(items, _, choose) choose(items[1], 1) end
  local function line(at) return vim.api.nvim_buf_get_lines(buffer, at, at + 1, false)[1] end
  vim.api.nvim_win_set_cursor(0, { 2, 8 })
  vim.lsp.buf.code_action()
  assert(vim.wait(20000, function() return not line(1):find('61') end, 20), 'not mended')
  vim.lsp.codelens.refresh()
  assert(vim.wait(20000, function() return #vim.lsp.codelens.get(buffer) > 0 end, 20), 'no lens')
  tell('lenses', vim.tbl_map(function(one) return one.command.title end, vim.lsp.codelens.get(buffer)))
  vim.api.nvim_win_set_cursor(0, { 3, 0 })
  vim.lsp.codelens.run()
  assert(vim.wait(20000, function() return (line(6) or ''):find('^<!%-%- /goldfish %d+%-%d+%-%d+ %-%->$') end, 20), 'not answered')
  tell('notes', vim.api.nvim_buf_get_lines(buffer, 0, -1, false))

  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { 'no links any more' })
  assert(vim.wait(20000, function() return #vim.diagnostic.get(buffer) == 0 end, 20), 'diagnostics stay')
  client.stop()
  assert(vim.wait(20000, function() return vim.lsp.get_client_by_id(id) == nil end, 20), 'the server stays')
end

local ok, fault = pcall(session)
if not ok then
  io.stderr:write(tostring(fault) .. '\n')
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
